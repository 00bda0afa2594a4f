import type { Case } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Time } from '../shell/time.tsx'
import { type Texts, wordsOf } from '../texts/index.ts'

/** What happened to the request, in order. */
export function Timeline({ item: { timeline, answer } }: { item: Case }) {
  const { texts } = useConsole()
  return (
    <section>
      <h2>{texts.case.timeline}</h2>
      {timeline.length === 0 && <p class="quiet">{texts.case.noTimeline}</p>}
      <ol class="timeline">
        {timeline.map(({ at, event, detail }, index) => (
          <li key={index}>
            <Time at={at} /> <strong>{wordsOf(texts.case.steps, event)}</strong>{' '}
            {detail && toWords(event, detail, texts)}
            {event === 'answered' && answer?.status && <code> HTTP {answer.status}</code>}
          </li>
        ))}
      </ol>
    </section>
  )
}

/** A verdict or a decision in words; ids and names of events as they are. */
function toWords(event: string, detail: string, texts: Texts): string {
  if (event === 'answered') return wordsOf(texts.verdicts, detail)
  return event === 'decided' ? wordsOf(texts.decisions, detail) : detail
}
