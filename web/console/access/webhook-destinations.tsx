import { useState } from 'preact/hooks'
import { Code } from '../../shared/code.tsx'
import { Heading } from '../../shared/heading.tsx'
import { fill } from '../../shared/languages.ts'
import type { Client, NewWebhookDestination, WebhookDestination } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Dialog } from '../shell/dialog.tsx'
import { More } from '../shell/more.tsx'
import { QuestionDialog } from '../shell/question-dialog.tsx'
import type { Route } from '../shell/route.ts'
import { Empty, sentenceOf } from '../shell/states.tsx'
import { usePages } from '../shell/use-pages.ts'
import { DestinationDialog } from './destination-dialog.tsx'
import { type DestinationAct, DestinationsTable } from './destinations-table.tsx'

/** Where events are sent: make, test, change and delete a destination. */
export function WebhookDestinations(_props: { route: Route }) {
  const { api, texts, notify } = useConsole()
  const words = texts.webhooks
  const pages = usePages<WebhookDestination>(api, '/webhook-destinations')
  const clients = usePages<Client>(api, '/clients').items.filter(
    ({ webhookEvents }) => webhookEvents.length > 0,
  )
  /** `new`: a destination is being made. */
  const [edited, setEdited] = useState<WebhookDestination | 'new' | null>(null)
  const [removed, setRemoved] = useState<WebhookDestination | null>(null)
  const [made, setMade] = useState<NewWebhookDestination | null>(null)
  const pathOf = ({ id }: WebhookDestination) => `/webhook-destinations/${encodeURIComponent(id)}`

  async function test(destination: WebhookDestination): Promise<void> {
    try {
      await api.send('POST', `${pathOf(destination)}/test`)
      notify(words.tested)
      setTimeout(pages.reload, 2000)
    } catch (error) {
      notify(sentenceOf(error as Error, texts))
    }
  }

  const begin: Record<DestinationAct, (destination: WebhookDestination) => void> = {
    test,
    edit: setEdited,
    remove: setRemoved,
  }

  return (
    <>
      <Heading>{words.heading}</Heading>
      {clients.length > 0 && (
        <button type="button" class="primary" onClick={() => setEdited('new')}>
          {words.create}
        </button>
      )}
      {pages.items.length > 0 && (
        <DestinationsTable destinations={pages.items} onAct={(act, destination) => begin[act](destination)} />
      )}
      {pages.items.length === 0 && !pages.isLoading && !pages.error && <Empty>{words.empty}</Empty>}
      <More pages={pages} />
      {edited && (
        <DestinationDialog
          destination={edited === 'new' ? null : edited}
          clients={clients}
          onClose={() => setEdited(null)}
          onSaved={(answer) => {
            setMade(answer)
            notify(words.saved)
            pages.reload()
          }}
        />
      )}
      {removed && (
        <QuestionDialog
          question={fill(words.removeQuestion, { url: removed.url })}
          action={words.remove}
          onAct={async () => {
            await api.send('DELETE', pathOf(removed))
            notify(words.removed)
            pages.reload()
          }}
          onClose={() => setRemoved(null)}
        />
      )}
      {made && !edited && (
        <Dialog heading={words.secretHeading} onClose={() => setMade(null)}>
          <p>{words.secretBody}</p>
          <Code label={words.secret} text={made.secret} words={texts.words} />
          <button type="button" onClick={() => setMade(null)}>
            {texts.words.close}
          </button>
        </Dialog>
      )}
    </>
  )
}
