import type { MeasuredRates } from '../../../src/decisions/error-rates.ts'
import { fill } from '../../shared/languages.ts'
import type { Case } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { wordsOf } from '../texts/index.ts'
import { ErrorCurve } from './error-curve.tsx'
import { ScoreScale } from './score-scale.tsx'

/** Liveness and similarity on their scales and on the curves of their errors, and the warnings. */
export function Scores({ item }: { item: Case }) {
  const { texts } = useConsole()
  const { liveness, similarity, thresholds, errorRates, warnings } = item
  const { atScore, curve } = errorRates
  const matching = errorRates.similarity.atScore
  return (
    <section>
      <h2>{texts.case.scores}</h2>
      <ScoreScale
        name={texts.queue.liveness}
        value={liveness}
        threshold={thresholds.liveness}
        band={thresholds.review}
      />
      <Errors
        of="liveness"
        score={liveness}
        threshold={thresholds.liveness}
        rates={atScore && [atScore.apcer, atScore.bpcer]}
        curve={curve}
      />
      {similarity !== null && (
        <ScoreScale
          name={texts.queue.similarity}
          value={similarity}
          threshold={thresholds.match}
          band={null}
        />
      )}
      <Errors
        of="similarity"
        score={similarity}
        threshold={thresholds.match}
        rates={matching && [matching.fmr, matching.fnmr]}
        curve={errorRates.similarity.curve}
      />
      {warnings.length > 0 && (
        <>
          <h3>{texts.case.warnings}</h3>
          <ul class="warnings">
            {warnings.map((warning) => (
              <li key={warning}>{wordsOf(texts.case.warningWords, warning)}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

/** What a score means in error rates where that was measured: in words, and on the curves. */
function Errors(props: {
  of: 'liveness' | 'similarity'
  score: number | null
  threshold: number
  /** At the score: who passes and must not, who must pass and does not. */
  rates: readonly [letThrough: number, refused: number] | null
  curve: MeasuredRates
}) {
  const { of, score, threshold, rates, curve } = props
  const { texts, formats } = useConsole()
  if (score === null || !rates) return null
  const words = texts.case.errors[of]
  const [letThrough, refused] = [formats.percent(rates[0]), formats.percent(rates[1])]
  const sentence = fill(words.atScore, { letThrough, refused })
  return (
    <>
      <p>{sentence}</p>
      <ErrorCurve curve={curve} score={score} threshold={threshold} label={sentence} words={words} />
    </>
  )
}
