import type { Case } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Time } from '../shell/time.tsx'

/** What happened to the request, in order. */
export function Timeline({ entries }: { entries: Case['timeline'] }) {
  const { texts } = useConsole()
  return (
    <section>
      <h2>{texts.case.timeline}</h2>
      {entries.length === 0 && <p class="quiet">{texts.case.noTimeline}</p>}
      <ol class="timeline">
        {entries.map(({ at, event, detail }, index) => (
          <li key={index}>
            <Time at={at} /> <strong>{event}</strong> {detail}
          </li>
        ))}
      </ol>
    </section>
  )
}
