import { fill } from '../../shared/languages.ts'
import type { Case } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { wordsOf } from '../texts/index.ts'
import { ScoreScale } from './score-scale.tsx'

/** Liveness and similarity on their scales, what the liveness means in error rates where that was measured, and the warnings. */
export function Scores({ item }: { item: Case }) {
  const { texts, formats } = useConsole()
  const { liveness, similarity, thresholds, errorRates, warnings } = item
  const rates = errorRates.atScore
  return (
    <section>
      <h2>{texts.case.scores}</h2>
      <ScoreScale
        name={texts.queue.liveness}
        value={liveness}
        threshold={thresholds.liveness}
        band={thresholds.review}
      />
      {rates && (
        <p>
          {fill(texts.case.rates, {
            apcer: formats.percent(rates.apcer),
            bpcer: formats.percent(rates.bpcer),
          })}
        </p>
      )}
      {similarity !== null && (
        <ScoreScale
          name={texts.queue.similarity}
          value={similarity}
          threshold={thresholds.match}
          band={null}
        />
      )}
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
