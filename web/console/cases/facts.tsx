import type { Case, PersonTerms } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { dialectTitle } from '../shell/dialects.ts'
import { Time } from '../shell/time.tsx'
import { wordsOf } from '../texts/index.ts'
import { flatten } from './flatten.ts'

/** Ids, origin and measurements of a check. */
export function Facts({ item }: { item: Case }) {
  const { texts } = useConsole()
  const { ids, dialect, client, kind, subject, createdAt, measurements, person } = item
  const measured = measurements ? flatten(measurements) : []
  return (
    <section>
      <h2>{texts.case.facts}</h2>
      <dl class="facts">
        <Fact name={texts.queue.dialect}>{dialectTitle(dialect)}</Fact>
        <Fact name={texts.words.client}>{client.name}</Fact>
        <Fact name={texts.case.kind}>{kind}</Fact>
        <Fact name={texts.case.subject}>{subject ?? '–'}</Fact>
        {person && <Terms terms={person} />}
        <Fact name={texts.words.time}>
          <Time at={createdAt} />
        </Fact>
        {Object.entries(ids)
          .filter(([name]) => name !== 'subject')
          .map(([name, value]) => (
            <Fact key={name} name={wordsOf(texts.case.ids, name)}>
              <code>{value}</code>
            </Fact>
          ))}
      </dl>
      {measured.length > 0 && (
        <details>
          <summary>{texts.case.measurements}</summary>
          <dl class="facts">
            {measured.map(([name, value]) => (
              <Fact key={name} name={name}>
                {value}
              </Fact>
            ))}
          </dl>
        </details>
      )}
    </section>
  )
}

/** What an enrolled person agreed to, and until when they are kept. */
export function Terms({ terms: { consent, consentAt, keepUntil } }: { terms: PersonTerms }) {
  const { texts } = useConsole()
  return (
    <>
      <Fact name={texts.people.consent}>
        {consent ?? texts.people.noConsent}
        {consentAt && (
          <>
            {' · '}
            <Time at={consentAt} />
          </>
        )}
      </Fact>
      <Fact name={texts.people.keptUntil}>
        {keepUntil ? <Time at={keepUntil} /> : texts.people.retention}
      </Fact>
    </>
  )
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
