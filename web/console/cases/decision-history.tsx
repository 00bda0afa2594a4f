import { fill } from '../../shared/languages.ts'
import type { Decision } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { type Texts, wordsOf } from '../texts/index.ts'

/** Who decided what, and why. */
export function DecisionHistory({ decisions }: { decisions: Decision[] }) {
  const { texts, formats } = useConsole()
  return (
    <section>
      <h2>{texts.case.history}</h2>
      {decisions.length === 0 && <p class="quiet">{texts.case.noDecision}</p>}
      <ul class="plain">
        {decisions.map((decision) => (
          <li key={decision.id}>
            <strong>
              {fill(texts.case.decidedBy, {
                decision: texts.decisions[decision.decision],
                name: decision.by.name,
                time: formats.time(decision.at),
              })}
            </strong>
            <br />
            {reasonOf(decision, texts)}
            {decision.comment && <blockquote>{decision.comment}</blockquote>}
            {decision.needsSecond && <p class="notice">{texts.case.needsSecond}</p>}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The reason in words; as it is when a script gave another. */
function reasonOf({ decision, reason }: Decision, texts: Texts): string {
  return wordsOf(texts.decide.reasons[decision], reason)
}
