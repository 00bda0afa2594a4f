import { fill } from '../../shared/languages.ts'
import { placeOf } from '../../shared/score-place.ts'
import { useConsole } from '../shell/context.ts'

/** A score on a line of 0 to 1, with the threshold and the band between yes and no. */
export function ScoreScale(props: {
  name: string
  value: number | null
  threshold: number
  band: [number, number] | null
}) {
  const { name, value, threshold, band } = props
  const { texts, formats } = useConsole()
  if (value === null) {
    return (
      <p>
        {name}: {texts.case.notMeasured}
      </p>
    )
  }
  const shown = { name, value: formats.score(value), threshold: formats.score(threshold) }
  const place = placeOf(value, threshold, band)
  return (
    <figure class={`scale ${place}`}>
      <figcaption>
        {name} <strong>{shown.value}</strong> <span>{texts.case[place]}</span>
      </figcaption>
      <svg
        viewBox="0 0 1000 44"
        preserveAspectRatio="none"
        role="img"
        aria-label={fill(texts.case.scale, shown)}
      >
        <rect class="line" x="0" y="18" width="1000" height="8" />
        {band && (
          <rect class="band" x={band[0] * 1000} y="12" width={(band[1] - band[0]) * 1000} height="20" />
        )}
        <path class="threshold" d={`M${threshold * 1000} 4V40`} />
        <path class="value" d={`M${value * 1000} 0V44`} />
      </svg>
      <p class="quiet">
        {fill(texts.case.threshold, { value: shown.threshold })}
        {band && ` · ${fill(texts.case.band, { from: formats.score(band[0]), to: formats.score(band[1]) })}`}
      </p>
    </figure>
  )
}
