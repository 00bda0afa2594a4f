import { useId, useState } from 'preact/hooks'
import type { Client, Page, PersonMatch } from '../api/types.ts'
import { ClientChoice } from '../shell/client-choice.tsx'
import { useConsole } from '../shell/context.ts'
import { Empty, Loaded, sentenceOf } from '../shell/states.tsx'
import { useResource } from '../shell/use-resource.ts'

/** Enrolled faces of a client that are like the one on a picture. */
export function PictureSearch({ personHref }: { personHref: (subject: string) => string }) {
  const { api, texts } = useConsole()
  const [isOpen, setOpen] = useState(false)
  const { resource, reload } = useResource(isOpen ? '/clients' : null, () =>
    api.get<Page<Client>>('/clients?limit=100'),
  )
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{texts.people.byPicture}</summary>
      {isOpen && (
        <Loaded resource={resource} onRetry={reload}>
          {({ items }) => <SearchForm clients={items} personHref={personHref} />}
        </Loaded>
      )}
    </details>
  )
}

function SearchForm(props: { clients: Client[]; personHref: (subject: string) => string }) {
  const { clients, personHref } = props
  const { api, texts, formats } = useConsole()
  const words = texts.people
  const [client, setClient] = useState(clients[0]?.id ?? '')
  const [matches, setMatches] = useState<PersonMatch[] | null>(null)
  const [state, setState] = useState('')
  const pictureId = useId()

  async function search(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const picture = new FormData(event.currentTarget as HTMLFormElement).get('picture')
    if (!(picture instanceof File)) return
    setMatches(null)
    setState(words.searching)
    const body = new FormData()
    // The client first: a server that reads parts in their order then knows whom the picture is for.
    body.set('client', client)
    body.set('picture', picture)
    try {
      setMatches((await api.send<{ matches: PersonMatch[] }>('POST', '/people/search', body)).matches)
      setState('')
    } catch (error) {
      setState(sentenceOf(error as Error, texts))
    }
  }

  return (
    <form onSubmit={search}>
      <div class="fields">
        <ClientChoice clients={clients} value={client} onChange={setClient} />
        <div class="field">
          <label for={pictureId}>{words.picture}</label>
          <input
            id={pictureId}
            type="file"
            name="picture"
            accept="image/*"
            required
            aria-describedby="hint"
          />
        </div>
        <button type="submit">{words.search}</button>
      </div>
      <p id="hint" class="quiet">
        {words.pictureHint}
      </p>
      <p role="status">{state}</p>
      {matches?.length === 0 && <Empty>{words.noMatches}</Empty>}
      {matches && matches.length > 0 && (
        <>
          <h3>{words.matches}</h3>
          <ol>
            {matches.map(({ subject, similarity, list, enrolmentId }) => (
              <li key={enrolmentId}>
                {subject === null ? <code>{enrolmentId}</code> : <a href={personHref(subject)}>{subject}</a>}{' '}
                {formats.score(similarity)}
                {list && ` · ${words.list}: ${list}`}
              </li>
            ))}
          </ol>
        </>
      )}
    </form>
  )
}
