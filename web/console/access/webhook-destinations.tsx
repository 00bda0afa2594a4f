import { Heading } from '../../shared/heading.tsx'
import type { WebhookDestination } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { More } from '../shell/more.tsx'
import type { Route } from '../shell/route.ts'
import { Empty } from '../shell/states.tsx'
import { Table } from '../shell/table.tsx'
import { usePages } from '../shell/use-pages.ts'

/** Where events are sent. */
export function WebhookDestinations(_props: { route: Route }) {
  const { api, texts } = useConsole()
  const words = texts.webhooks
  const pages = usePages<WebhookDestination>(api, '/webhook-destinations')

  return (
    <>
      <Heading>{words.heading}</Heading>
      {pages.items.length > 0 && (
        <Table
          label={words.heading}
          columns={[words.url, texts.words.client, words.events, texts.words.status]}
        >
          {pages.items.map(({ id, url, client, events, enabled }) => (
            <tr key={id}>
              <td>
                <code>{url}</code>
              </td>
              <td>{client.name}</td>
              <td>{events.join(', ')}</td>
              <td class={enabled ? 'good' : ''}>{enabled ? words.enabled : words.disabled}</td>
            </tr>
          ))}
        </Table>
      )}
      {pages.items.length === 0 && !pages.isLoading && !pages.error && <Empty>{words.empty}</Empty>}
      <More pages={pages} />
    </>
  )
}
