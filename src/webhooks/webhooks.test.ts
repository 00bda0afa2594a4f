import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { testDatabases } from '../../test/support/databases.ts'
import { until } from '../../test/support/patience.ts'
import { startReceiver } from '../../test/support/receiver.ts'
import { webhookStand } from '../../test/support/webhook-stand.ts'
import { createGuardedFetch } from '../fetch/index.ts'
import { attemptsAt, lastAttempts } from './attempts.ts'
import { createPost } from './index.ts'
import { redeliver } from './redeliver.ts'

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`webhooks on ${kind.name}`, () => {
    const stand = webhookStand(kind)
    const { start, destine, send } = stand

    it('deliver an event with a signature over exactly the bytes sent', async () => {
      const webhooks = start()
      await destine(webhooks)
      const { id, deliveries } = await send(webhooks, { name: 'Zoë', slash: '/' })
      expect(deliveries).toBe(1)
      const [message] = await stand.receiver.wait(1)
      expect(JSON.parse(message?.body ?? '')).toMatchObject({ id, data: { name: 'Zoë', slash: '/' } })
      const expected = createHmac('sha256', 'first')
        .update(message?.body ?? '')
        .digest('hex')
      expect(message?.headers['x-signature']).toBe(expected)
      await until(async () => (await webhooks.deliveries(stand.clientId))[0]?.state === 'delivered')
      expect((await webhooks.deliveries(stand.clientId))[0]).toMatchObject({ attempts: 1, lastStatus: 200 })
    })

    it('send nothing when the transaction rolls back', async () => {
      const webhooks = start()
      await destine(webhooks)
      const failing = stand.opened.database.transaction().execute(async (transaction) => {
        await webhooks.enqueue(transaction, {
          clientId: stand.clientId,
          dialect: 'didit',
          type: 'status.updated',
          payload: 1,
        })
        throw new Error('rolled back')
      })
      await expect(failing).rejects.toThrow('rolled back')
      await new Promise((resolve) => setTimeout(resolve, 150))
      expect(stand.receiver.received).toHaveLength(0)
      expect(await webhooks.deliveries(stand.clientId)).toEqual([])
    })

    it('go only to enabled destinations of the same client that hear the event', async () => {
      const webhooks = start()
      const other = await stand.opened.client()
      const url = (path: string) => stand.receiver.url + path
      await destine(webhooks, url('/a'), ['data.updated'])
      await destine(webhooks, url('/b'), ['*'])
      const off = await destine(webhooks, url('/c'))
      if (off === 'url_taken') throw new Error('taken')
      await webhooks.destinations.update(stand.clientId, off.id, { enabled: false })
      await webhooks.destinations.create({
        clientId: other,
        dialect: 'didit',
        url: url('/d'),
        events: ['*'],
        secret: 'x',
      })
      expect((await send(webhooks)).deliveries).toBe(1)
      await stand.receiver.wait(1)
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(stand.receiver.received).toHaveLength(1)
      expect(await webhooks.deliveries(other)).toEqual([])
    })

    const endings = [
      { answers: [500, 404, 200], state: 'delivered', attempts: 3, lastStatus: 200, reason: null },
      { answers: [503, 503, 503], state: 'failed', attempts: 3, lastStatus: 503, reason: /503.*No attempt/ },
      { answers: [400], state: 'failed', attempts: 1, lastStatus: 400, reason: /answered 400/ },
      { answers: [302], state: 'failed', attempts: 1, lastStatus: 302, reason: /answered 302/ },
      { answers: [null, 204], state: 'delivered', attempts: 2, lastStatus: 204, reason: null },
    ] as const
    for (const { answers, state, attempts, lastStatus, reason } of endings) {
      it(`end ${state} after ${answers.map((answer) => answer ?? 'silence').join(', ')}`, async () => {
        await stand.receiver.stop()
        stand.receiver = await startReceiver((index) => answers[index] ?? null)
        // Short where silence must end, long elsewhere: a busy machine is no timeout.
        const silent = (answers as readonly (number | null)[]).includes(null)
        const webhooks = start({}, silent ? 1_000 : 10_000)
        await destine(webhooks)
        const began = Date.now()
        await send(webhooks)
        await until(async () => (await webhooks.deliveries(stand.clientId))[0]?.state === state)
        const [delivery] = await webhooks.deliveries(stand.clientId)
        expect(delivery).toMatchObject({ attempts, lastStatus, nextAttemptAt: null })
        if (reason) expect(delivery?.reason).toMatch(reason)
        else expect(delivery?.reason).toBeNull()
        const kept = await attemptsAt(stand.opened.database, [delivery!.id])
        expect(kept.map(({ status, error }) => status ?? error)).toEqual(
          answers.map((answer) => answer ?? 'timeout'),
        )
        for (const { durationMs, error } of kept) {
          // A timer may ring a little early.
          if (error === 'timeout') expect(durationMs).toBeGreaterThanOrEqual(990)
          expect(durationMs).toBeLessThanOrEqual(Date.now() - began + 1)
        }
        const health = await webhooks.health(stand.clientId)
        expect(health.get(delivery?.destinationId ?? '')).toEqual({
          attempts,
          failed: state === 'delivered' ? attempts - 1 : attempts,
          lastEndedAt: expect.any(Number),
        })
        expect(health.size).toBe(1)
        expect(stand.receiver.received).toHaveLength(answers.length)
        const times = stand.receiver.received.map(({ at }) => at)
        const gaps = times.slice(1).map((at, index) => at - (times[index] as number))
        gaps.forEach((gap, index) => {
          expect(gap).toBeGreaterThanOrEqual(([60, 240][index] as number) - 5)
        })
      })
    }

    it('keep the newest attempts of a delivery that is sent again and again', async () => {
      const webhooks = start()
      await destine(webhooks)
      await send(webhooks)
      const { database } = stand.opened
      for (let round = 1; round <= 22; round++) {
        await stand.receiver.wait(round)
        await until(async () => (await webhooks.deliveries(stand.clientId))[0]?.state === 'delivered')
        const [delivery] = await webhooks.deliveries(stand.clientId)
        const kept = await attemptsAt(database, [delivery!.id])
        expect(kept).toHaveLength(Math.min(round, 20))
        await redeliver(database, delivery!.id, null, Date.now())
      }
    })

    it('say to a destination that it is tested, whatever it hears', async () => {
      const webhooks = start()
      const destination = await destine(webhooks, `${stand.receiver.url}/deaf`, ['data.updated'])
      if (destination === 'url_taken') throw new Error('taken')
      const delivery = await stand.opened.database
        .transaction()
        .execute((transaction) => webhooks.enqueueTest(transaction, destination))
      const [message] = await stand.receiver.wait(1)
      expect(JSON.parse(message?.body ?? '')).toMatchObject({ data: { test: true } })
      await until(async () => (await attemptsAt(stand.opened.database, [delivery])).length === 1)
      const last = await lastAttempts(stand.opened.database, [destination.id])
      expect(last.get(destination.id)).toMatchObject({ deliveryId: delivery, status: 200, error: null })
    })

    it('refuse an address that is not public and plain http, without a retry', async () => {
      const fetch = createGuardedFetch({ ports: [stand.receiver.port] })
      const webhooks = start({ post: createPost(fetch) })
      await destine(webhooks)
      await destine(webhooks, stand.receiver.url.replace('http:', 'https:'))
      await send(webhooks)
      await until(async () =>
        (await webhooks.deliveries(stand.clientId)).every(({ state }) => state === 'failed'),
      )
      for (const delivery of await webhooks.deliveries(stand.clientId)) {
        expect(delivery).toMatchObject({
          attempts: 1,
          reason: expect.stringMatching(/not https, names a port .* or leads to no public address/),
        })
        expect(await attemptsAt(stand.opened.database, [delivery.id])).toMatchObject([
          { status: null, error: 'refused_url' },
        ])
      }
      expect(stand.receiver.received).toHaveLength(0)
    })

    it('sign with both secrets for 24 hours after a rotation, then with the new one alone', async () => {
      let time = Date.now()
      const webhooks = start({ now: () => time })
      const destination = await destine(webhooks)
      if (destination === 'url_taken') throw new Error('taken')
      await webhooks.destinations.rotateSecret(stand.clientId, destination.id, 'second')
      expect(await webhooks.destinations.secrets(stand.clientId, destination.id)).toEqual({
        current: 'second',
        previous: 'first',
        previousUntil: time + 24 * 3600_000,
      })
      await send(webhooks)
      const [message] = await stand.receiver.wait(1)
      const sign = (secret: string, body = '') => createHmac('sha256', secret).update(body).digest('hex')
      expect(message?.headers['x-signature']).toBe(sign('second', message?.body))
      expect(message?.headers['x-signature-previous']).toBe(sign('first', message?.body))
      time += 24 * 3600_000
      await send(webhooks)
      const [, later] = await stand.receiver.wait(2)
      expect(later?.headers['x-signature']).toBe(sign('second', later?.body))
      expect(later?.headers['x-signature-previous']).toBeUndefined()
    })

    it('are erased with their subject, and purged when old', async () => {
      const webhooks = start()
      await destine(webhooks)
      await stand.opened.database.transaction().execute(async (transaction) => {
        const event = { clientId: stand.clientId, dialect: 'didit', type: 'status.updated', payload: 1 }
        await webhooks.enqueue(transaction, { ...event, subjectId: 'a' })
        await webhooks.enqueue(transaction, { ...event, subjectId: 'b' })
      })
      await stand.receiver.wait(2)
      await until(async () =>
        (await webhooks.deliveries(stand.clientId)).every(({ state }) => state === 'delivered'),
      )
      await stand.opened.database
        .transaction()
        .execute((transaction) => webhooks.erase(transaction, stand.clientId, ['a']))
      expect(await webhooks.deliveries(stand.clientId)).toHaveLength(1)
      expect(await webhooks.purge(Date.now() - 60_000)).toBe(0)
      expect(await webhooks.purge(Date.now() + 1)).toBe(1)
      expect(await stand.opened.database.selectFrom('webhook_events').selectAll().execute()).toEqual([])
    })
  })
}
