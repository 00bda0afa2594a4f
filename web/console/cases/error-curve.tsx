import type { MeasuredRates } from '../../../src/decisions/error-rates.ts'
import { useConsole } from '../shell/context.ts'

/**
 * How often a threshold errs, for each place where it could stand: the share let through falls, the share refused rises.
 * The score stands where the threshold would just let it pass.
 */
export function ErrorCurve(props: {
  curve: MeasuredRates
  /** 0 to 1. */
  score: number
  threshold: number
  /** Says the same in words, for who does not see it. */
  label: string
  words: { letThrough: string; refused: string }
}) {
  const { curve, score, threshold, label, words } = props
  const { formats } = useConsole()
  const lineOf = (rate: 1 | 2) =>
    curve.map((row, index) => `${index ? 'L' : 'M'}${row[0] * 1000} ${(1 - row[rate]) * 300}`).join('')
  return (
    <figure class="error-curve">
      <svg viewBox="0 0 1000 300" preserveAspectRatio="none" role="img" aria-label={label}>
        <path class="frame" d="M0 0V300H1000" />
        <path class="let-through" d={lineOf(1)} />
        <path class="refused" d={lineOf(2)} />
        <path class="threshold" d={`M${threshold * 1000} 0V300`} />
        <path class="at-score" d={`M${score * 1000} 0V300`} />
      </svg>
      <figcaption class="row">
        <span class="let-through">{words.letThrough}</span>
        <span class="refused">{words.refused}</span>
        <span class="quiet">
          0–1, {formats.percent(0)}–{formats.percent(1)}
        </span>
      </figcaption>
    </figure>
  )
}
