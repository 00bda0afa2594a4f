import { useEffect, useState } from 'preact/hooks'
import { Heading } from '../../shared/heading.tsx'
import { fill } from '../../shared/languages.ts'
import { withQuery } from '../api/client.ts'
import type { ClientName, Person } from '../api/types.ts'
import { Terms } from '../cases/facts.tsx'
import { CaseList } from '../cases/related-cases.tsx'
import { useConsole } from '../shell/context.ts'
import { Field } from '../shell/field.tsx'
import { hrefOf, may, type Route } from '../shell/route.ts'
import { Empty, Loaded } from '../shell/states.tsx'
import { Time } from '../shell/time.tsx'
import { useResource } from '../shell/use-resource.ts'
import { PersonErasure } from './person-erasure.tsx'
import { PersonExport } from './person-export.tsx'
import { PictureSearch } from './picture-search.tsx'

/** Everything that is kept about a person, found by their subject or by a picture. */
export function People({ route: { query } }: { route: Route }) {
  const { session, texts } = useConsole()
  const words = texts.people
  const subject = query.get('subject') ?? ''
  const [typed, setTyped] = useState(subject)
  useEffect(() => setTyped(subject), [subject])
  return (
    <>
      <Heading>{words.heading}</Heading>
      <search>
        <form
          class="search"
          aria-label={words.find}
          onSubmit={(event) => {
            event.preventDefault()
            location.hash = personHref(typed.trim())
          }}
        >
          <Field label={words.bySubject} type="search" required value={typed} onInput={setTyped} />
          <button type="submit">{words.search}</button>
        </form>
      </search>
      {may(session.user.role, 'search by picture') && <PictureSearch personHref={personHref} />}
      {subject ? <Kept key={subject} subject={subject} /> : <Empty>{words.start}</Empty>}
    </>
  )
}

const personHref = (subject: string) => hrefOf('people', null, new URLSearchParams({ subject }))

function Kept({ subject }: { subject: string }) {
  const { api, session, texts } = useConsole()
  const words = texts.people
  const path = withQuery('/people', { subject })
  const { resource, reload } = useResource(path, () => api.get<Person>(path))
  return (
    <Loaded resource={resource} onRetry={reload}>
      {({ cases, enrolments, terms }) => {
        const clients = clientsOf([...cases, ...enrolments, ...terms])
        if (clients.length === 0) return <Empty>{fill(words.nothing, { subject })}</Empty>
        return (
          <article class="person">
            <h2>{subject}</h2>
            <section>
              <h3>{words.cases}</h3>
              <CaseList wide items={cases} hrefOf={(id) => hrefOf('cases', id)} />
            </section>
            <section>
              <h3>{words.enrolments}</h3>
              {enrolments.length === 0 && <p class="quiet">{words.noEnrolments}</p>}
              <ul class="plain">
                {enrolments.map(({ id, client, createdAt, list }) => (
                  <li key={id}>
                    <code>{id}</code> {client.name} · <Time at={createdAt} />
                    {list && ` · ${words.list}: ${list}`}
                  </li>
                ))}
              </ul>
            </section>
            {terms.map(({ client, ...one }) => (
              <section key={client.id}>
                <h3>{fill(words.terms, { client: client.name })}</h3>
                <dl class="facts">
                  <Terms terms={one} />
                </dl>
              </section>
            ))}
            {may(session.user.role, 'export') && <PersonExport subject={subject} clients={clients} />}
            {may(session.user.role, 'erase') && (
              <PersonErasure subject={subject} clients={clients} onErased={reload} />
            )}
          </article>
        )
      }}
    </Loaded>
  )
}

/** Each client once: a person is erased at one of them. */
function clientsOf(rows: readonly { client: ClientName }[]): ClientName[] {
  return [...new Map(rows.map(({ client }) => [client.id, client])).values()]
}
