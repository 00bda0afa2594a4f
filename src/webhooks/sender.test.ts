import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OpenedDatabase, testDatabases } from '../../test/support/databases.ts'
import { type Receiver, startReceiver } from '../../test/support/receiver.ts'
import { testFormat, until } from '../../test/support/webhooks.ts'
import { createGuardedFetch } from '../receive/fetch.ts'
import { createPost, createWebhooks, type Post, type Webhooks, type WebhooksOptions } from './index.ts'

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`senders on ${kind.name}`, () => {
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

    function start(options: Partial<WebhooksOptions> = {}, totalMs = 10_000): Webhooks {
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
    }

    const destine = (webhooks: Webhooks, url = receiver.url, events = ['status.updated']) =>
      webhooks.destinations.create({ clientId, dialect: 'didit', url, events, secret: 'first' })

    const send = (webhooks: Webhooks, payload: unknown = { a: 1 }, type = 'status.updated') =>
      opened.database
        .transaction()
        .execute((transaction) =>
          webhooks.enqueue(transaction, { clientId, dialect: 'didit', type, payload }),
        )

    it('send each delivery once when several senders share the outbox', async () => {
      const senders = [start(), start(), start()]
      await destine(senders[0] as Webhooks)
      for (let i = 0; i < 40; i++) await send(senders[i % 3] as Webhooks, i)
      await receiver.wait(40)
      await new Promise((resolve) => setTimeout(resolve, 200))
      const ids = receiver.received.map(({ body }) => JSON.parse(body).id)
      expect(ids).toHaveLength(40)
      expect(new Set(ids).size).toBe(40)
    })

    it('take over from a sender that died with its claim, whose late outcome does not count', async () => {
      let release = () => {}
      const hangs = new Promise<void>((resolve) => {
        release = resolve
      })
      const hanging: Post = async () => {
        await hangs
        return { status: 500 }
      }
      const first = start({ post: hanging, leaseMs: 200 })
      await destine(first)
      await send(first)
      await until(async () =>
        Boolean(
          await opened.database
            .selectFrom('webhook_deliveries')
            .select('id')
            .where('claimed_by', 'is not', null)
            .executeTakeFirst(),
        ),
      )
      const second = start()
      await receiver.wait(1)
      await until(async () => (await second.deliveries(clientId))[0]?.state === 'delivered')
      release()
      await first.stop()
      expect((await second.deliveries(clientId))[0]).toMatchObject({ state: 'delivered', attempts: 1 })
    })

    it('are not held up by one receiver that hangs', async () => {
      const hung = await startReceiver(() => null)
      const fetch = createGuardedFetch({
        allowPrivate: true,
        ports: [receiver.port, hung.port],
        totalMs: 30_000,
      })
      const webhooks = start({ post: createPost(fetch, true), concurrency: 3, perDestination: 2 })
      await destine(webhooks, hung.url, ['slow'])
      await destine(webhooks, receiver.url, ['fast'])
      for (let i = 0; i < 10; i++) await send(webhooks, i, 'slow')
      for (let i = 0; i < 10; i++) await send(webhooks, i, 'fast')
      await receiver.wait(10)
      expect(hung.received.length).toBe(2)
      await webhooks.stop()
      await hung.stop()
    })

    it('leave a delivery in the outbox, untried, when stopped in the middle of an attempt', async () => {
      const hung = await startReceiver(() => null)
      const fetch = createGuardedFetch({ allowPrivate: true, ports: [hung.port], totalMs: 30_000 })
      const webhooks = start({ post: createPost(fetch, true), graceMs: 50 })
      await destine(webhooks, hung.url)
      await send(webhooks)
      await hung.wait(1)
      await webhooks.stop()
      expect((await webhooks.deliveries(clientId))[0]).toMatchObject({ state: 'pending', attempts: 0 })
      await hung.stop()
    })
  })
}
