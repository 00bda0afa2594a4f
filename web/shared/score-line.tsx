import './score-line.css'

/**
 * Draws a score of 0 to 1 on a line, with the threshold and, where there is one, the review band around it. Its
 * height, and the colour of its `value` where it says how the score stands, are the page's.
 * @param label says the same in words, for who does not see it
 */
export function ScoreLine(props: {
  label: string
  value: number
  threshold: number
  band: readonly [from: number, to: number] | null
}) {
  const { label, value, threshold, band } = props
  return (
    <svg class="score-line" viewBox="0 0 1000 44" preserveAspectRatio="none" role="img" aria-label={label}>
      <rect class="line" x="0" y="18" width="1000" height="8" />
      {band && <rect class="band" x={band[0] * 1000} y="12" width={(band[1] - band[0]) * 1000} height="20" />}
      <path class="threshold" d={`M${threshold * 1000} 4V40`} />
      <path class="value" d={`M${value * 1000} 0V44`} />
    </svg>
  )
}
