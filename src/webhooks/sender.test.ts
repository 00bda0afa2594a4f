import { describe, expect, it } from 'vitest'
import { testDatabases } from '../../test/support/databases.ts'
import { until } from '../../test/support/patience.ts'
import { startReceiver } from '../../test/support/receiver.ts'
import { webhookStand } from '../../test/support/webhook-stand.ts'
import { createGuardedFetch } from '../fetch/index.ts'
import { createPost, type Post, type Webhooks } from './index.ts'

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`senders on ${kind.name}`, () => {
    const stand = webhookStand(kind)
    const { start, destine, send } = stand

    it('send each delivery once when several senders share the outbox', async () => {
      const senders = [start(), start(), start()]
      await destine(senders[0] as Webhooks)
      for (let i = 0; i < 40; i++) await send(senders[i % 3] as Webhooks, i)
      await stand.receiver.wait(40)
      await new Promise((resolve) => setTimeout(resolve, 200))
      const ids = stand.receiver.received.map(({ body }) => JSON.parse(body).id)
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
          await stand.opened.database
            .selectFrom('webhook_deliveries')
            .select('id')
            .where('claimed_by', 'is not', null)
            .executeTakeFirst(),
        ),
      )
      const second = start()
      await stand.receiver.wait(1)
      await until(async () => (await second.deliveries(stand.clientId))[0]?.state === 'delivered')
      release()
      await first.stop()
      expect((await second.deliveries(stand.clientId))[0]).toMatchObject({ state: 'delivered', attempts: 1 })
    })

    it('are not held up by one receiver that hangs', async () => {
      const hung = await startReceiver(() => null)
      const fetch = createGuardedFetch({
        allowPrivate: true,
        ports: [stand.receiver.port, hung.port],
        totalMs: 30_000,
      })
      const webhooks = start({ post: createPost(fetch, true), concurrency: 3, perDestination: 2 })
      await destine(webhooks, hung.url, ['slow'])
      await destine(webhooks, stand.receiver.url, ['fast'])
      for (let i = 0; i < 10; i++) await send(webhooks, i, 'slow')
      for (let i = 0; i < 10; i++) await send(webhooks, i, 'fast')
      await Promise.all([stand.receiver.wait(10), hung.wait(2)])
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
      expect((await webhooks.deliveries(stand.clientId))[0]).toMatchObject({ state: 'pending', attempts: 0 })
      await hung.stop()
    })
  })
}
