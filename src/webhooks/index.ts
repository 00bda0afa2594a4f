/** Webhooks: an outbox row in the same transaction as the check, then sign, send and retry beside the requests. */
import type { NoteAct } from '../access/clients.ts'
import type { MasterKey } from '../access/master-key.ts'
import type { Database } from '../database/index.ts'
import { createClaims } from './claims.ts'
import { createDestinations } from './destinations.ts'
import { createOutbox } from './outbox.ts'
import { createReports } from './reports.ts'
import { rewrapSecrets } from './secrets.ts'
import { createSender, type SenderOptions } from './sender.ts'
import type { Webhooks } from './types.ts'

export { addressFault } from './address.ts'
export { createPost } from './post.ts'
export type * from './types.ts'

export interface WebhooksOptions extends Omit<SenderOptions, 'claims' | 'masterKey'> {
  database: Database
  masterKey: MasterKey
  /** Called at every change of a destination, in its transaction. */
  note?: NoteAct
}

export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { database, masterKey, now = Date.now } = options
  const delays = [...options.formats.values()].flatMap(({ retryDelays }) => retryDelays)
  const outbox = createOutbox(database, now)
  const reports = createReports(database)
  const claims = createClaims(database, now, Math.max(0, ...delays))
  const sender = createSender({ ...options, claims })
  /** The rows are not visible before the commit, which comes right after; if this look is too early, the next poll finds them. */
  const wakeSoon = () => {
    setTimeout(() => sender.wake(), 20).unref()
  }
  return {
    destinations: createDestinations(database, masterKey, now, options.note),
    async enqueue(transaction, event) {
      const queued = await outbox.enqueue(transaction, event)
      if (queued.deliveries > 0) wakeSoon()
      return queued
    },
    async enqueueTest(transaction, destination) {
      const delivery = await outbox.enqueueTest(transaction, destination)
      wakeSoon()
      return delivery
    },
    deliveries: (clientId, limit = 100) => reports.deliveries(clientId, limit),
    health: reports.health,
    erase: outbox.erase,
    purge: outbox.purge,
    rewrap: () => rewrapSecrets(database, masterKey),
    start: sender.start,
    stop: sender.stop,
  }
}
