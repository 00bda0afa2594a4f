import { Heading } from '../../shared/heading.tsx'
import type { WebhookDestination } from '../api/types.ts'
import { Attempt } from '../shell/attempt.tsx'
import { useConsole } from '../shell/context.ts'
import { More } from '../shell/more.tsx'
import type { Route } from '../shell/route.ts'
import { Empty, sentenceOf } from '../shell/states.tsx'
import { Table } from '../shell/table.tsx'
import { usePages } from '../shell/use-pages.ts'

/** Where events are sent, how the last one fared, and a test. */
export function WebhookDestinations(_props: { route: Route }) {
  const { api, texts, notify } = useConsole()
  const words = texts.webhooks
  const pages = usePages<WebhookDestination>(api, '/webhook-destinations')

  async function test(id: string): Promise<void> {
    try {
      await api.send('POST', `/webhook-destinations/${encodeURIComponent(id)}/test`)
      notify(words.tested)
      setTimeout(pages.reload, 2000)
    } catch (error) {
      notify(sentenceOf(error as Error, texts))
    }
  }

  return (
    <>
      <Heading>{words.heading}</Heading>
      {pages.items.length > 0 && (
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
          {pages.items.map(({ id, url, client, events, enabled, lastAttempt }) => (
            <tr key={id}>
              <td>
                <code>{url}</code>
              </td>
              <td>{client.name}</td>
              <td>{events.join(', ')}</td>
              <td class={enabled ? 'good' : ''}>{enabled ? words.enabled : words.disabled}</td>
              <td>{lastAttempt ? <Attempt attempt={lastAttempt} /> : '–'}</td>
              <td>
                <button
                  type="button"
                  class="small"
                  aria-label={`${words.test}: ${url}`}
                  onClick={() => test(id)}
                >
                  {words.test}
                </button>
              </td>
            </tr>
          ))}
        </Table>
      )}
      {pages.items.length === 0 && !pages.isLoading && !pages.error && <Empty>{words.empty}</Empty>}
      <More pages={pages} />
    </>
  )
}
