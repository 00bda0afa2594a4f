import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OpenedDatabase, testDatabases } from '../../test/support/databases.ts'
import { type Receiver, startReceiver } from '../../test/support/receiver.ts'
import { createGuardedFetch } from '../receive/fetch.ts'
import {
  createPost,
  createWebhooks,
  type Post,
  type WebhookFormat,
  type Webhooks,
  type WebhooksOptions,
} from './index.ts'

/** A format like the vendors': a timestamp and one HMAC over the body, a second one during a rotation. */
const format: WebhookFormat = {
  message({ event, secrets, now }) {
    const body = JSON.stringify({ id: event.id, type: event.type, data: event.payload, timestamp: now })
    const sign = (secret: string) => createHmac('sha256', secret).update(body).digest('hex')
    return {
      body,
      headers: {
        'content-type': 'application/json',
        'x-signature': sign(secrets.current),
        ...(secrets.previous ? { 'x-signature-previous': sign(secrets.previous) } : {}),
      },
    }
  },
  retryDelays: [60, 240],
}

const until = async (condition: () => Promise<boolean>) => {
  const end = Date.now() + 10_000
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('It did not happen within 10 seconds.')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`webhooks on ${kind.name}`, () => {
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

    function start(options: Partial<WebhooksOptions> = {}): Webhooks {
      const fetch = createGuardedFetch({ allowPrivate: true, ports: [receiver.port], totalMs: 300 })
      const webhooks = createWebhooks({
        database: opened.database,
        masterKey: opened.masterKey,
        formats: new Map([['didit', format]]),
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

    it('deliver an event with a signature over exactly the bytes sent', async () => {
      const webhooks = start()
      await destine(webhooks)
      const { id, deliveries } = await send(webhooks, { name: 'Zoë', slash: '/' })
      expect(deliveries).toBe(1)
      const [message] = await receiver.wait(1)
      expect(JSON.parse(message?.body ?? '')).toMatchObject({ id, data: { name: 'Zoë', slash: '/' } })
      const expected = createHmac('sha256', 'first')
        .update(message?.body ?? '')
        .digest('hex')
      expect(message?.headers['x-signature']).toBe(expected)
      await until(async () => (await webhooks.deliveries(clientId))[0]?.state === 'delivered')
      expect((await webhooks.deliveries(clientId))[0]).toMatchObject({ attempts: 1, lastStatus: 200 })
    })

    it('send nothing when the transaction rolls back', async () => {
      const webhooks = start()
      await destine(webhooks)
      const failing = opened.database.transaction().execute(async (transaction) => {
        await webhooks.enqueue(transaction, {
          clientId,
          dialect: 'didit',
          type: 'status.updated',
          payload: 1,
        })
        throw new Error('rolled back')
      })
      await expect(failing).rejects.toThrow('rolled back')
      await new Promise((resolve) => setTimeout(resolve, 150))
      expect(receiver.received).toHaveLength(0)
      expect(await webhooks.deliveries(clientId)).toEqual([])
    })

    it('go only to enabled destinations of the same client that hear the event', async () => {
      const webhooks = start()
      const other = await opened.client()
      const url = (path: string) => receiver.url + path
      await destine(webhooks, url('/a'), ['data.updated'])
      await destine(webhooks, url('/b'), ['*'])
      const off = await destine(webhooks, url('/c'))
      if (off === 'url_taken') throw new Error('taken')
      await webhooks.destinations.update(clientId, off.id, { enabled: false })
      await webhooks.destinations.create({
        clientId: other,
        dialect: 'didit',
        url: url('/d'),
        events: ['*'],
        secret: 'x',
      })
      expect((await send(webhooks)).deliveries).toBe(1)
      await receiver.wait(1)
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(receiver.received).toHaveLength(1)
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
        await receiver.stop()
        receiver = await startReceiver((index) => answers[index] ?? null)
        const webhooks = start()
        await destine(webhooks)
        await send(webhooks)
        await until(async () => (await webhooks.deliveries(clientId))[0]?.state === state)
        const [delivery] = await webhooks.deliveries(clientId)
        expect(delivery).toMatchObject({ attempts, lastStatus, nextAttemptAt: null })
        if (reason) expect(delivery?.reason).toMatch(reason)
        else expect(delivery?.reason).toBeNull()
        expect(receiver.received).toHaveLength(answers.length)
        const times = receiver.received.map(({ at }) => at)
        const gaps = times.slice(1).map((at, index) => at - (times[index] as number))
        gaps.forEach((gap, index) => {
          expect(gap).toBeGreaterThanOrEqual(([60, 240][index] as number) - 5)
        })
      })
    }

    it('refuse an address that is not public and plain http, without a retry', async () => {
      const fetch = createGuardedFetch({ ports: [receiver.port] })
      const webhooks = start({ post: createPost(fetch) })
      await destine(webhooks)
      await destine(webhooks, receiver.url.replace('http:', 'https:'))
      await send(webhooks)
      await until(async () => (await webhooks.deliveries(clientId)).every(({ state }) => state === 'failed'))
      for (const delivery of await webhooks.deliveries(clientId)) {
        expect(delivery).toMatchObject({
          attempts: 1,
          reason: expect.stringMatching(/not https or not a public/),
        })
      }
      expect(receiver.received).toHaveLength(0)
    })

    it('sign with both secrets for 24 hours after a rotation, then with the new one alone', async () => {
      let time = Date.now()
      const webhooks = start({ now: () => time })
      const destination = await destine(webhooks)
      if (destination === 'url_taken') throw new Error('taken')
      await webhooks.destinations.rotateSecret(clientId, destination.id, 'second')
      expect(await webhooks.destinations.secrets(clientId, destination.id)).toEqual({
        current: 'second',
        previous: 'first',
        previousUntil: time + 24 * 3600_000,
      })
      await send(webhooks)
      const [message] = await receiver.wait(1)
      const sign = (secret: string, body = '') => createHmac('sha256', secret).update(body).digest('hex')
      expect(message?.headers['x-signature']).toBe(sign('second', message?.body))
      expect(message?.headers['x-signature-previous']).toBe(sign('first', message?.body))
      time += 24 * 3600_000
      await send(webhooks)
      const [, later] = await receiver.wait(2)
      expect(later?.headers['x-signature']).toBe(sign('second', later?.body))
      expect(later?.headers['x-signature-previous']).toBeUndefined()
    })

    it('keep secrets sealed in the database', async () => {
      const webhooks = start()
      await destine(webhooks)
      const rows = await opened.database.selectFrom('webhook_destinations').selectAll().execute()
      expect(JSON.stringify(rows)).not.toContain('first')
    })

    it('are sent once each when several senders share the outbox', async () => {
      const senders = [start(), start(), start()]
      await destine(senders[0] as Webhooks)
      for (let i = 0; i < 40; i++) await send(senders[i % 3] as Webhooks, i)
      await receiver.wait(40)
      await new Promise((resolve) => setTimeout(resolve, 200))
      const ids = receiver.received.map(({ body }) => JSON.parse(body).id)
      expect(ids).toHaveLength(40)
      expect(new Set(ids).size).toBe(40)
    })

    it('are taken over when a sender died with the claim, and its late outcome does not count', async () => {
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

    it('to one receiver that hangs do not hold up the others', async () => {
      const hung = await startReceiver(() => null)
      const fetch = createGuardedFetch({
        allowPrivate: true,
        ports: [receiver.port, hung.port],
        totalMs: 5_000,
      })
      const webhooks = start({ post: createPost(fetch, true), concurrency: 3, perDestination: 2 })
      await destine(webhooks, hung.url, ['slow'])
      await destine(webhooks, receiver.url, ['fast'])
      for (let i = 0; i < 10; i++) await send(webhooks, i, 'slow')
      for (let i = 0; i < 10; i++) await send(webhooks, i, 'fast')
      await receiver.wait(10, 3_000)
      expect(hung.received.length).toBe(2)
      await webhooks.stop()
      await hung.stop()
    })

    it('stay in the outbox, untried, when the server stops in the middle of an attempt', async () => {
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

    it('take one destination for each URL, and give up what was on its way to a deleted one', async () => {
      const webhooks = start()
      await webhooks.stop()
      const destination = await destine(webhooks)
      if (destination === 'url_taken') throw new Error('taken')
      expect(await destine(webhooks)).toBe('url_taken')
      const second = await destine(webhooks, `${receiver.url}/b`)
      if (second === 'url_taken') throw new Error('taken')
      expect(await webhooks.destinations.update(clientId, second.id, { url: receiver.url })).toBe('url_taken')
      await send(webhooks)
      expect(await webhooks.destinations.remove('someone else', destination.id)).toBe(false)
      expect(await webhooks.destinations.remove(clientId, destination.id)).toBe(true)
      expect(await webhooks.destinations.remove(clientId, destination.id)).toBe(false)
      const given = (await webhooks.deliveries(clientId)).find((row) => row.destinationId === destination.id)
      expect(given).toMatchObject({ state: 'failed', reason: 'The destination was deleted.' })
      expect((await webhooks.destinations.list(clientId)).map(({ id }) => id)).toEqual([second.id])
    })

    it('are erased with their subject, and purged when old', async () => {
      const webhooks = start()
      await destine(webhooks)
      await opened.database.transaction().execute(async (transaction) => {
        const event = { clientId, dialect: 'didit', type: 'status.updated', payload: 1 }
        await webhooks.enqueue(transaction, { ...event, subjectId: 'a' })
        await webhooks.enqueue(transaction, { ...event, subjectId: 'b' })
      })
      await receiver.wait(2)
      await until(async () =>
        (await webhooks.deliveries(clientId)).every(({ state }) => state === 'delivered'),
      )
      await opened.database
        .transaction()
        .execute((transaction) => webhooks.erase(transaction, clientId, ['a']))
      expect(await webhooks.deliveries(clientId)).toHaveLength(1)
      expect(await webhooks.purge(Date.now() - 60_000)).toBe(0)
      expect(await webhooks.purge(Date.now() + 1)).toBe(1)
      expect(await opened.database.selectFrom('webhook_events').selectAll().execute()).toEqual([])
    })
  })
}
