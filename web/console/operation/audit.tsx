import { useState } from 'preact/hooks'
import { Heading } from '../../shared/heading.tsx'
import { fill } from '../../shared/languages.ts'
import { withQuery } from '../api/client.ts'
import type { AuditRow } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Field } from '../shell/field.tsx'
import { More } from '../shell/more.tsx'
import { hrefOf, type Route } from '../shell/route.ts'
import { Empty, sentenceOf } from '../shell/states.tsx'
import { Table } from '../shell/table.tsx'
import { Time } from '../shell/time.tsx'
import { usePages } from '../shell/use-pages.ts'

/** What was done, by whom, newest first, and whether the log is whole. */
export function Audit({ route: { query } }: { route: Route }) {
  const { api, texts } = useConsole()
  const words = texts.audit
  const kind = query.get('kind')
  const [typed, setTyped] = useState(kind ?? '')
  const pages = usePages<AuditRow>(api, withQuery('/audit', { kind }))
  return (
    <>
      <Heading>{words.heading}</Heading>
      <Verification />
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault()
          const wanted = typed.trim()
          location.hash = hrefOf('audit', null, wanted ? new URLSearchParams({ kind: wanted }) : undefined)
        }}
      >
        <Field label={words.kind} hint={words.kindHint} type="search" value={typed} onInput={setTyped} />
        <button type="submit">{texts.words.show}</button>
      </form>
      {pages.items.length > 0 && (
        <Table
          label={words.heading}
          columns={[
            words.sequence,
            texts.words.time,
            words.actor,
            words.act,
            words.target,
            texts.words.client,
          ]}
        >
          {pages.items.map(({ sequence, at, actor, actorName, act, target, client, clientName }) => (
            <tr key={sequence}>
              <td class="number">{sequence}</td>
              <td>
                <Time at={at} />
              </td>
              <td>
                <Named name={actorName} id={actor} />
              </td>
              <td>
                {Object.hasOwn(words.acts, act) && (
                  <>
                    {words.acts[act]}
                    <br />
                  </>
                )}
                <code class="quiet">{act}</code>
              </td>
              <td>
                <code>{target}</code>
              </td>
              <td>{client && <Named name={clientName} id={client} />}</td>
            </tr>
          ))}
        </Table>
      )}
      {pages.items.length === 0 && !pages.isLoading && !pages.error && <Empty>{words.empty}</Empty>}
      <More pages={pages} />
    </>
  )
}

/** Who it is called, and the id that the log has. */
function Named({ name, id }: { name: string | null; id: string }) {
  if (name === null) return <>{id}</>
  return (
    <>
      {name}
      <br />
      <small class="quiet">{id}</small>
    </>
  )
}

function Verification() {
  const { api, texts, formats } = useConsole()
  const words = texts.audit
  const [state, setState] = useState<{ text: string; looks: '' | 'good' | 'bad' }>({ text: '', looks: '' })

  async function verify(): Promise<void> {
    setState({ text: words.verifying, looks: '' })
    try {
      const { sound, rows, brokenAt } = await api.get<{
        sound: boolean
        rows: number
        brokenAt: number | null
      }>('/audit/verification')
      const values = { rows: formats.count(rows), row: brokenAt ?? '?' }
      setState(
        sound
          ? { text: fill(words.sound, values), looks: 'good' }
          : { text: fill(words.broken, values), looks: 'bad' },
      )
    } catch (error) {
      setState({ text: sentenceOf(error as Error, texts), looks: 'bad' })
    }
  }

  return (
    <p class="row">
      <button type="button" onClick={verify}>
        {words.verify}
      </button>
      <span role="status" class={state.looks}>
        {state.text}
      </span>
    </p>
  )
}
