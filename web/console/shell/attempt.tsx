import { fill } from '../../shared/languages.ts'
import type { WebhookAttempt } from '../api/types.ts'
import { useConsole } from './context.ts'
import { Time } from './time.tsx'

/** When a webhook was sent, what came of it, and how long that took. */
export function Attempt({ attempt: { at, status, error, durationMs } }: { attempt: WebhookAttempt }) {
  const { texts } = useConsole()
  const { errors, duration } = texts.webhooks
  return (
    <>
      <Time at={at} /> <strong>{status ?? (error && (errors[error] ?? error))}</strong>{' '}
      <span class="quiet">{fill(duration, { milliseconds: durationMs })}</span>
    </>
  )
}
