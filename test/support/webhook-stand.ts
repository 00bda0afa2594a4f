import { afterEach, beforeEach } from 'vitest'
import { createGuardedFetch } from '../../src/fetch/index.ts'
import { createPost, createWebhooks, type Webhooks, type WebhooksOptions } from '../../src/webhooks/index.ts'
import type { OpenedDatabase, testDatabases } from './databases.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { testFormat } from './webhooks.ts'

type Kind = Awaited<ReturnType<typeof testDatabases>>[number]

/** For the tests of a `describe`: before each a new database with a client and a receiver, after each an end to all. */
export function webhookStand(kind: Kind) {
  let opened: OpenedDatabase
  let clientId: string
  let receiver: Receiver
  const running: Webhooks[] = []

  beforeEach(async () => {
    opened = await kind.open()
    clientId = await opened.client()
    receiver = await startReceiver()
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map((webhooks) => webhooks.stop()))
    await receiver.stop()
  })

  return {
    get opened() {
      return opened
    },
    get clientId() {
      return clientId
    },
    get receiver() {
      return receiver
    },
    set receiver(other) {
      receiver = other
    },
    /** A running sender over the database, which posts to the receiver's port alone. */
    start(options: Partial<WebhooksOptions> = {}, totalMs = 10_000): Webhooks {
      const fetch = createGuardedFetch({ allowPrivate: true, ports: [receiver.port], totalMs })
      const webhooks = createWebhooks({
        database: opened.database,
        masterKey: opened.masterKey,
        formats: new Map([['didit', testFormat]]),
        post: createPost(fetch, true),
        onError: (error) => {
          throw error
        },
        pollMs: 20,
        ...options,
      })
      webhooks.start()
      running.push(webhooks)
      return webhooks
    },
    destine: (webhooks: Webhooks, url = receiver.url, events = ['status.updated']) =>
      webhooks.destinations.create({ clientId, dialect: 'didit', url, events, secret: 'first' }),
    send: (webhooks: Webhooks, payload: unknown = { a: 1 }, type = 'status.updated') =>
      opened.database
        .transaction()
        .execute((transaction) =>
          webhooks.enqueue(transaction, { clientId, dialect: 'didit', type, payload }),
        ),
  }
}
