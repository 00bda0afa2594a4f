import { useState } from 'preact/hooks'
import type { Client, NewWebhookDestination, WebhookDestination } from '../api/types.ts'
import { ClientChoice } from '../shell/client-choice.tsx'
import { useConsole } from '../shell/context.ts'
import { Dialog } from '../shell/dialog.tsx'
import { DialogEnd } from '../shell/dialog-end.tsx'
import { Field, Tick } from '../shell/field.tsx'
import { sentenceOf } from '../shell/states.tsx'

/** A webhook destination to be made or changed. */
export function DestinationDialog(props: {
  /** null: a new one. */
  destination: WebhookDestination | null
  /** Those whose API has webhooks; one or more. */
  clients: Client[]
  onClose: () => void
  /** @param made with its secret, when it is a new one */
  onSaved: (made: NewWebhookDestination | null) => void
}) {
  const { destination, clients, onClose, onSaved } = props
  const { api, texts } = useConsole()
  const words = texts.webhooks
  const [clientId, setClientId] = useState(destination?.client.id ?? clients[0]?.id ?? '')
  const offered = clients.find(({ id }) => id === clientId)?.webhookEvents ?? []
  const [url, setUrl] = useState(destination?.url ?? '')
  const [events, setEvents] = useState(destination?.events ?? offered)
  const [isEnabled, setEnabled] = useState(destination?.enabled ?? true)
  const [problem, setProblem] = useState('')

  function choose(id: string): void {
    setClientId(id)
    setEvents(clients.find((client) => client.id === id)?.webhookEvents ?? [])
  }

  async function save(event: Event): Promise<void> {
    event.preventDefault()
    if (events.length === 0) return setProblem(words.eventsNeeded)
    try {
      if (destination) {
        const path = `/webhook-destinations/${encodeURIComponent(destination.id)}`
        await api.send('PATCH', path, { url, events, enabled: isEnabled })
        onSaved(null)
      } else {
        const body = { client: clientId, url, events }
        onSaved(await api.send<NewWebhookDestination>('POST', '/webhook-destinations', body))
      }
      onClose()
    } catch (error) {
      setProblem(sentenceOf(error as Error, texts))
    }
  }

  return (
    <Dialog heading={destination?.client.name ?? words.create} onClose={onClose}>
      <form onSubmit={save}>
        {!destination && <ClientChoice clients={clients} value={clientId} onChange={choose} />}
        <Field
          label={words.url}
          hint={words.urlHint}
          inputMode="url"
          autocomplete="off"
          required
          value={url}
          onInput={setUrl}
        />
        <fieldset>
          <legend>{words.events}</legend>
          {[...new Set([...offered, ...(destination?.events ?? [])])].map((name) => (
            <Tick
              key={name}
              isTicked={events.includes(name)}
              onChange={(checked) =>
                setEvents(checked ? [...events, name] : events.filter((other) => other !== name))
              }
            >
              <code>{name}</code>
            </Tick>
          ))}
        </fieldset>
        {destination && (
          <Tick isTicked={isEnabled} onChange={setEnabled}>
            {words.isEnabled}
          </Tick>
        )}
        <DialogEnd problem={problem} onClose={onClose}>
          <button type="submit" class="primary">
            {texts.words.save}
          </button>
        </DialogEnd>
      </form>
    </Dialog>
  )
}
