import { useState } from 'preact/hooks'
import { Code } from '../../shared/code.tsx'
import { fill } from '../../shared/languages.ts'
import type { WebhookDelivery } from '../api/types.ts'
import { Attempt } from '../shell/attempt.tsx'
import { useConsole } from '../shell/context.ts'
import { may } from '../shell/route.ts'
import { sentenceOf } from '../shell/states.tsx'

/** What was sent to the client's webhooks, with the attempts at each. */
export function Webhooks(props: { deliveries: WebhookDelivery[]; onChanged: () => void }) {
  const { texts } = useConsole()
  const { deliveries, onChanged } = props
  return (
    <section>
      <h2>{texts.case.webhooks}</h2>
      {deliveries.length === 0 && <p class="quiet">{texts.case.noWebhooks}</p>}
      {deliveries.map((delivery) => (
        <Delivery key={delivery.id} delivery={delivery} onChanged={onChanged} />
      ))}
    </section>
  )
}

function Delivery({ delivery, onChanged }: { delivery: WebhookDelivery; onChanged: () => void }) {
  const { api, session, texts, formats, notify } = useConsole()
  const { id, url, event, body, attempts, deliveredAt } = delivery
  const [isBusy, setBusy] = useState(false)

  async function redeliver(): Promise<void> {
    setBusy(true)
    try {
      await api.send('POST', `/webhooks/${encodeURIComponent(id)}/redeliver`)
      notify(texts.case.redelivered)
      onChanged()
    } catch (error) {
      notify(sentenceOf(error as Error, texts))
    }
    setBusy(false)
  }

  return (
    <details class="delivery">
      <summary>
        <strong>{event}</strong> {url} ·{' '}
        <span class={deliveredAt ? 'good' : 'bad'}>
          {deliveredAt
            ? fill(texts.case.delivered, { time: formats.time(deliveredAt) })
            : texts.case.undelivered}
        </span>
      </summary>
      <h3>{texts.case.attempts}</h3>
      <ol class="timeline">
        {attempts.map((attempt) => (
          <li key={attempt.at}>
            <Attempt attempt={attempt} />
          </li>
        ))}
      </ol>
      <Code label={texts.case.body} text={JSON.stringify(body, null, 2)} words={texts.words} />
      {may(session.user.role, 'redeliver') && (
        <button type="button" disabled={isBusy} onClick={redeliver}>
          {texts.case.redeliver}
        </button>
      )}
    </details>
  )
}
