import type { WebhookDestination } from '../api/types.ts'
import { Attempt } from '../shell/attempt.tsx'
import { useConsole } from '../shell/context.ts'
import { Table } from '../shell/table.tsx'

const acts = ['test', 'edit', 'remove'] as const
export type DestinationAct = (typeof acts)[number]

/** Where events are sent, and how the last one fared. */
export function DestinationsTable(props: {
  destinations: WebhookDestination[]
  onAct: (act: DestinationAct, destination: WebhookDestination) => void
}) {
  const { texts } = useConsole()
  const words = texts.webhooks
  return (
    <Table
      label={words.heading}
      columns={[
        words.url,
        texts.words.client,
        words.events,
        texts.words.status,
        words.lastAttempt,
        texts.words.actions,
      ]}
    >
      {props.destinations.map((destination) => {
        const { id, url, client, events, enabled, lastAttempt } = destination
        return (
          <tr key={id}>
            <td>
              <code>{url}</code>
            </td>
            <td>{client.name}</td>
            <td>{events.join(', ')}</td>
            <td class={enabled ? 'good' : ''}>{enabled ? words.enabled : words.disabled}</td>
            <td>{lastAttempt ? <Attempt attempt={lastAttempt} /> : '–'}</td>
            <td>
              {acts.map((act) => (
                <button
                  type="button"
                  class="small"
                  key={act}
                  aria-label={`${words[act]}: ${url}`}
                  onClick={() => props.onAct(act, destination)}
                >
                  {words[act]}
                </button>
              ))}
            </td>
          </tr>
        )
      })}
    </Table>
  )
}
