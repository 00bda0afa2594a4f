/** A clock that jumps, forward or back, neither prolongs what shall end nor stops what shall go on. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRateLimits } from '../src/access/rate-limits.ts'
import { createChecks } from '../src/records/checks.ts'
import { createClockGuard } from '../src/records/clock-guard.ts'
import { createWebhooks } from '../src/webhooks/index.ts'
import { analyseAct, isActed } from './support/acted-photo.ts'
import { testDatabases } from './support/databases.ts'
import { selfie } from './support/didit.ts'
import { dialectNames, type EveryDialect, startEveryDialect } from './support/every-dialect.ts'
import { until } from './support/patience.ts'
import { stubEngine } from './support/stub-engine.ts'
import { testFormat } from './support/webhooks.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers of several shapes
type Body = any

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const start = Date.parse('2026-11-21T12:00:00Z')

describe('a whole server', () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'liveface-clock-'))
  let calls: EveryDialect
  beforeEach(async () => {
    // Before the server is built: its parts keep the clock that they find.
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    calls = await startEveryDialect({
      dataDirectory,
      engine: stubEngine({ analyse: (picture) => (isActed(picture) ? analyseAct(picture) : selfie()) }),
      settings: { LIVEFACE_RATE_PER_IP: '1000000' },
    })
  })
  afterEach(async () => {
    await calls.stop()
    vi.useRealTimers()
  })
  afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }))

  it.each([
    ['a day ahead', day],
    ['a day back', -day],
    ['ten years ahead', 3650 * day],
    ['ten years back', -3650 * day],
  ])('goes on answering every dialect after a jump of %s, and back again', async (_name, jump) => {
    for (const time of [start, start + jump, start]) {
      vi.setSystemTime(time)
      for (const name of dialectNames) expect((await calls[name]()).status, name).toBeLessThan(300)
    }
    expect(await calls.server.services.audit.verify()).toMatchObject({ intact: true })
    expect((await fetch(`${calls.server.url}/readyz`)).status).toBe(200)
  })

  it('does not answer a used id again, whatever the clock says', async () => {
    expect((await calls.cashfree('used')).status).toBe(200)
    for (const jump of [day, -day]) {
      vi.setSystemTime(start + jump)
      expect((await calls.cashfree('used')).status).toBe(409)
    }
  })

  it('frees a client from its rate limit when the clock is set back', async () => {
    const { headers } = await calls.server.client('verifyhq', { settings: { ratePerMinute: 2 } })
    const read = async () =>
      (await fetch(`${calls.server.url}/v1/verifications/liveness/user/somebody`, { headers })).status
    expect([await read(), await read(), await read()]).toEqual([200, 200, 429])
    vi.setSystemTime(start - day)
    expect([await read(), await read(), await read()]).toEqual([200, 200, 429])
    vi.setSystemTime(start - day + minute)
    expect(await read()).toBe(200)
  })

  it('ends a session whose clock is set back, instead of prolonging it', async () => {
    const { status, body } = await openSession()
    expect(status).toBe(201)
    const read = async () => (await get(`/v1/verifications/liveness/${body.sessionToken}`)).body.status
    vi.setSystemTime(start - 2_000)
    expect(await read()).toBe('CREATED')
    vi.setSystemTime(start - hour)
    expect(await read()).toBe('EXPIRED')
    // Set right again, it is what it was.
    vi.setSystemTime(start + 1_000)
    expect(await read()).toBe('CREATED')
    vi.setSystemTime(start + day)
    expect(await read()).toBe('EXPIRED')
  })

  it('does not prolong the link of a picture', async () => {
    const picture = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#a08070' } })
      .jpeg()
      .toBuffer()
    await calls.didit('somebody', { picture })
    const { body } = await get('/v3/sessions/', calls.headers.didit)
    const link = body.results[0].portrait_image as string
    const open = async () => (await fetch(link)).status
    for (const [jump, expected] of [
      [0, 200],
      [-hour, 404],
      [2 * hour, 404],
      [0, 200],
    ] as const) {
      vi.setSystemTime(start + jump)
      expect(await open()).toBe(expected)
    }
  })

  async function openSession() {
    const response = await fetch(`${calls.server.url}/v1/verifications/liveness/session`, {
      method: 'POST',
      headers: { ...calls.headers.verifyhq, 'content-type': 'application/json' },
      body: JSON.stringify({ userId: 'somebody' }),
    })
    return { status: response.status, body: (await response.json()) as Body }
  }

  async function get(path: string, headers = calls.headers.verifyhq) {
    return { body: (await (await fetch(calls.server.url + path, { headers })).json()) as Body }
  }
})

describe('a rate limit', () => {
  it('whose clock is set back opens a new window of the usual length', () => {
    let time = start
    const limits = createRateLimits(() => time)
    limits.take('a', 1)
    expect(limits.take('a', 1).allowed).toBe(false)
    time -= day
    const first = limits.take('a', 1)
    expect(first).toMatchObject({ allowed: true, resetAt: (time + minute) / 1000 })
    expect(limits.take('a', 1)).toMatchObject({ allowed: false, retryAfter: 60 })
  })
})

describe('erasing by age', () => {
  let time = start
  let passed = 0
  const warnings: string[] = []
  const guard = () =>
    createClockGuard({ onJump: (text) => warnings.push(text), now: () => time, ticks: () => passed })
  const goOn = (ms: number, jump = 0) => {
    time += ms + jump
    passed += ms
  }
  beforeEach(() => {
    time = start
    passed = 0
    warnings.length = 0
  })

  it('goes on while the clock does', () => {
    const mayErase = guard()
    for (let i = 0; i < 100; i++) {
      goOn(day, minute)
      expect(mayErase()).toBe(true)
    }
    expect(warnings).toEqual([])
  })

  it('waits for a day when the clock jumped ahead, and no longer', () => {
    const mayErase = guard()
    goOn(hour, 3650 * day)
    expect(mayErase()).toBe(false)
    goOn(23 * hour)
    expect(mayErase()).toBe(false)
    goOn(hour)
    expect(mayErase()).toBe(true)
    expect(warnings).toEqual([expect.stringContaining('87600 hours ahead')])
  })

  it('goes on at once when the jump is undone', () => {
    const mayErase = guard()
    goOn(hour, 30 * day)
    expect(mayErase()).toBe(false)
    goOn(hour, -30 * day)
    expect(mayErase()).toBe(true)
  })
})

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`on ${kind.name}`, () => {
    let time: number
    const now = () => time
    beforeAll(() => {
      time = start
    })

    it('a check whose reservation another call took over is not acknowledged', async () => {
      const { database, client } = await kind.open()
      const checks = createChecks(database, now)
      const check = { clientId: await client(), dialect: 'cashfree', operation: 'x', externalId: 'a' }
      const slow = await checks.reserve(check)
      time += day
      const quick = await checks.reserve(check)
      if (typeof slow === 'string' || typeof quick === 'string') throw new Error('No reservation.')
      await checks.complete(quick, { status: 's', result: {} })
      await expect(checks.complete(slow, { status: 's', result: {} })).rejects.toThrow('lost its reservation')
      const rows = await database.selectFrom('checks').select('id').execute()
      expect(rows).toEqual([{ id: quick.id }])
    })

    it.each([
      ['back', -day],
      ['ahead', day],
    ])(
      'webhooks, new ones and those to be repeated, are sent when the clock jumps a day %s',
      async (_name, jump) => {
        const { database, masterKey, client } = await kind.open()
        const clientId = await client()
        const sent: string[] = []
        let status = 503
        const webhooks = createWebhooks({
          database,
          masterKey,
          formats: new Map([['didit', { ...testFormat, retryDelays: [minute, minute, minute] }]]),
          post: async (_url, { body }) => {
            sent.push(JSON.parse(String(body)).id)
            return { status, reason: null } as never
          },
          onError: (error) => {
            throw error
          },
          now,
          pollMs: 10,
        })
        await webhooks.destinations.create({
          clientId,
          dialect: 'didit',
          url: 'https://example.com/',
          events: ['*'],
          secret: 's',
        })
        const enqueue = (id: string) =>
          database
            .transaction()
            .execute((transaction) =>
              webhooks.enqueue(transaction, { id, clientId, dialect: 'didit', type: 't', payload: 1 }),
            )
        const states = async () =>
          Object.fromEntries(
            (await webhooks.deliveries(clientId)).map(({ eventId, state }) => [eventId, state]),
          )
        time = start
        await enqueue('repeated')
        webhooks.start()
        await until(async () => sent.length === 1)
        await until(async () => (await webhooks.deliveries(clientId))[0]?.attempts === 1)
        await enqueue('new')
        time += jump
        status = 200
        await until(async () => Object.values(await states()).every((state) => state === 'delivered'))
        await webhooks.stop()
        expect(await states()).toEqual({ repeated: 'delivered', new: 'delivered' })
      },
    )
  })
}
