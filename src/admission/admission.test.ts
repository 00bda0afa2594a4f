/** Places, lines and refusals are real. A stub engine and bare emitters hide what decoding costs and how a socket closes. */
import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { stubEngine, stubReport } from '../../test/support/stub-engine.ts'
import type { Engine } from '../engine/types.ts'
import { type AdmissionOptions, createAdmission } from './index.ts'

const options: AdmissionOptions = { longestWaitMs: 400, maxQueued: 100, maxUnderWay: 100, patienceMs: 60 }

/** A response as `enter` sees it; `end` closes it. */
function response() {
  const emitter = new EventEmitter()
  const fields = Object.assign(emitter, {
    closed: false,
    end() {
      fields.closed = true
      emitter.emit('close')
    },
  })
  return fields as unknown as Pick<ServerResponse, 'once' | 'closed'> & { end(): void }
}

/** An engine of two workers with so many pictures in its queue; each takes 100 ms. */
function queueOf(queue: { queued: number }): Engine {
  return {
    ...stubEngine({ analyse: () => ({ ...stubReport(), timings: { decode: 40, detect: 60 } }) }),
    stats: () => ({ workers: 2, queued: queue.queued, completed: 0, restarts: 0 }),
  }
}

it('lets in as many as can be worked on in time, and refuses the others after a while', async () => {
  const admission = createAdmission(options)
  const queue = { queued: 8 }
  admission.observeEngine(queueOf(queue))
  // Eight pictures of 100 ms on two workers are 400 ms: one more may come, and then counts itself.
  await admission.enter(response(), 'client')
  queue.queued = 9
  const start = performance.now()
  await expect(admission.enter(response(), 'client')).rejects.toMatchObject({ code: 'engine_busy' })
  expect(performance.now() - start).toBeGreaterThan(50)
  expect(admission.stats()).toEqual({ underWay: 1, fetching: 0, waiting: 0, refused: 1 })
})

it('lets nobody in whom the engine would refuse, be it with two pictures', async () => {
  const admission = createAdmission({ ...options, longestWaitMs: 1_000_000, maxQueued: 12 })
  const queue = { queued: 8 }
  admission.observeEngine(queueOf(queue))
  await admission.enter(response(), 'client')
  await admission.enter(response(), 'client')
  queue.queued = 11
  await expect(admission.enter(response(), 'client')).rejects.toMatchObject({ code: 'engine_busy' })
  expect(admission.stats().underWay).toBe(2)
})

it('learns how long pictures take', async () => {
  const admission = createAdmission(options)
  const queue = { queued: 9 }
  const slow = queueOf(queue)
  const engine = admission.observeEngine({
    ...slow,
    analyse: async () => ({ ...stubReport(), timings: { detect: 1 } }),
  })
  await expect(admission.enter(response(), 'client')).rejects.toMatchObject({ code: 'engine_busy' })
  for (let count = 0; count < 40; count++) await engine.analyse(new Uint8Array())
  await admission.enter(response(), 'client')
})

it('lets those who wait in, first come first, as soon as a picture leaves the engine', async () => {
  const admission = createAdmission({ ...options, patienceMs: 10_000 })
  const queue = { queued: 20 }
  const engine = admission.observeEngine(queueOf(queue))
  const order: number[] = []
  const entered = [1, 2].map((number) => admission.enter(response(), 'client').then(() => order.push(number)))
  await expect.poll(() => admission.stats().waiting).toBe(2)
  queue.queued = 0
  await engine.analyse(new Uint8Array())
  await Promise.all(entered)
  expect(order).toEqual([1, 2])
})

it('bounds the requests whose pictures are in memory, and gives room back when an answer is sent', async () => {
  const admission = createAdmission({ ...options, maxUnderWay: 2, maxPerClient: 2, patienceMs: 10_000 })
  admission.observeEngine(queueOf({ queued: 0 }))
  const [first, second, third] = [response(), response(), response()]
  await admission.enter(first, 'client')
  await admission.enter(second, 'client')
  const entered = admission.enter(third, 'client')
  await expect.poll(() => admission.stats()).toEqual({ underWay: 2, fetching: 0, waiting: 1, refused: 0 })
  first.end()
  await entered
  second.end()
  third.end()
  expect(admission.stats()).toEqual({ underWay: 0, fetching: 0, waiting: 0, refused: 0 })
})

it('does not keep a place for a caller who hung up, and refuses at once when too many wait', async () => {
  const admission = createAdmission({ ...options, maxUnderWay: 1, maxWaiting: 1, patienceMs: 10_000 })
  admission.observeEngine(queueOf({ queued: 0 }))
  await admission.enter(response(), 'client')
  const gone = response()
  const entered = admission.enter(gone, 'client')
  await expect(admission.enter(response(), 'client')).rejects.toMatchObject({ code: 'engine_busy' })
  gone.end()
  await expect(entered).rejects.toMatchObject({ code: 'engine_busy' })
  expect(admission.stats()).toMatchObject({ underWay: 1, waiting: 0 })
})

it('keeps no place for a response that is over already', async () => {
  const admission = createAdmission(options)
  const over = response()
  over.end()
  await expect(admission.enter(over, 'client')).rejects.toMatchObject({ code: 'engine_busy' })
  expect(admission.stats().underWay).toBe(0)
})

it('keeps one more picture ready for each worker, whatever a picture takes', async () => {
  const admission = createAdmission({ ...options, longestWaitMs: 0 })
  const queue = { queued: 0 }
  admission.observeEngine(queueOf(queue))
  for (let count = 0; count < 4; count++) await admission.enter(response(), 'client')
  queue.queued = 4
  await expect(admission.enter(response(), 'client')).rejects.toMatchObject({ code: 'engine_busy' })
  expect(admission.stats().underWay).toBe(4)
})

it('gives no client more than its share of the places, and the rest to others', async () => {
  const admission = createAdmission({ ...options, maxUnderWay: 5 })
  admission.observeEngine(queueOf({ queued: 0 }))
  const slow = [response(), response(), response()]
  for (const each of slow) await admission.enter(each, 'slow')
  const surplus = admission.enter(response(), 'slow')
  await admission.enter(response(), 'other')
  await expect(surplus).rejects.toMatchObject({ code: 'engine_busy' })
  slow[0]?.end()
  await admission.enter(response(), 'slow')
  expect(admission.stats()).toEqual({ underWay: 4, fetching: 0, waiting: 0, refused: 1 })
})

it('lets in first whose client has least under way, and one client not fill the line', async () => {
  const admission = createAdmission({ ...options, maxUnderWay: 10, maxWaiting: 6, patienceMs: 10_000 })
  const queue = { queued: 0 }
  const engine = admission.observeEngine(queueOf(queue))
  await admission.enter(response(), 'busy')
  queue.queued = 20
  const order: string[] = []
  const join = (client: string) => admission.enter(response(), client).then(() => order.push(client))
  const entered = ['busy', 'busy', 'busy'].map(join)
  await expect(join('busy')).rejects.toMatchObject({ code: 'engine_busy' })
  entered.push(join('quiet'), join('quiet'))
  queue.queued = 0
  await engine.analyse(new Uint8Array())
  await Promise.all(entered)
  // After its first the quiet one has as many as the busy one, who came before.
  expect(order).toEqual(['quiet', 'busy', 'quiet', 'busy', 'busy'])
})

it('keeps nobody out whose pictures are here for pictures that are still being fetched', async () => {
  const admission = createAdmission(options)
  admission.observeEngine(queueOf({ queued: 0 }))
  const fetching = Array.from({ length: 20 }, () => admission.enterToFetch(response(), 'client'))
  // For a moment each counts for the next who wants to fetch: more would come at once than there is room for.
  const outcomes = await Promise.allSettled(fetching)
  const fulfilled = outcomes.filter(({ status }) => status === 'fulfilled').length
  expect(fulfilled).toBeGreaterThan(2)
  expect(fulfilled).toBeLessThan(20)
  await admission.enter(response(), 'other')
  expect(admission.stats()).toMatchObject({ underWay: 1, fetching: fulfilled })
  await sleep(60)
  await admission.enterToFetch(response(), 'client')
})

it('bounds those who fetch, until they enter or end, and lets none fetch where there is no room', async () => {
  const admission = createAdmission({ ...options, maxUnderWay: 3 })
  const queue = { queued: 0 }
  admission.observeEngine(queueOf(queue))
  const [first, second] = [response(), response()]
  await admission.enterToFetch(first, 'client')
  await admission.enterToFetch(second, 'client')
  await expect(admission.enterToFetch(response(), 'client')).rejects.toMatchObject({ code: 'engine_busy' })
  await admission.enterToFetch(response(), 'other')
  await expect(admission.enterToFetch(response(), 'third')).rejects.toMatchObject({ code: 'engine_busy' })
  await admission.enter(first, 'client')
  expect(admission.stats()).toMatchObject({ underWay: 1, fetching: 2 })
  second.end()
  expect(admission.stats()).toMatchObject({ underWay: 1, fetching: 1 })
  first.end()
  expect(admission.stats()).toMatchObject({ underWay: 0, fetching: 1 })
  queue.queued = 20
  await expect(admission.enterToFetch(response(), 'client')).rejects.toMatchObject({ code: 'engine_busy' })
})

it('lets in whoever waits behind callers who send slowly, before its patience ends', async () => {
  const admission = createAdmission(options)
  admission.observeEngine(queueOf({ queued: 0 }))
  const slow = Array.from({ length: 20 }, () => admission.enter(response(), 'slow').catch(() => {}))
  expect(admission.stats().waiting).toBeGreaterThan(0)
  await admission.enter(response(), 'other')
  await Promise.all(slow)
})

it('lets in behind everybody else what nobody waits for, one at a time, but not never', async () => {
  const admission = createAdmission({ ...options, patienceMs: 10_000 })
  const queue = { queued: 20 }
  const engine = admission.observeEngine(queueOf(queue))
  const { signal } = new AbortController()
  const order: string[] = []
  const behind = ['first', 'second'].map((name) =>
    admission.enterBehind(1_000_000, signal).then(() => order.push(name)),
  )
  const request = response()
  const waiting = admission.enter(request, 'client').then(() => order.push('request'))
  await admission.enterBehind(20, signal)
  expect(order).toEqual([])
  queue.queued = 1
  await engine.analyse(new Uint8Array())
  await waiting
  // The request's picture is still to come, and one waits before the workers.
  expect(order).toEqual(['request'])
  queue.queued = 0
  await engine.analyse(new Uint8Array())
  await engine.analyse(new Uint8Array())
  await Promise.all(behind)
  expect(order).toEqual(['request', 'first', 'second'])
})

it('leaves out who gives up coming behind', async () => {
  const admission = createAdmission(options)
  admission.observeEngine(queueOf({ queued: 20 }))
  const caller = new AbortController()
  const behind = admission.enterBehind(1_000_000, caller.signal)
  caller.abort(new Error('stopping'))
  await expect(behind).rejects.toThrow('stopping')
  await expect(admission.enterBehind(0, caller.signal)).rejects.toThrow('stopping')
})

it('takes a further picture of a request, or of work behind all, for none that is still on its way', async () => {
  const admission = createAdmission({ ...options, patienceMs: 100_000, maxQueued: 4 })
  const queue = { queued: 0 }
  const engine = admission.observeEngine(queueOf(queue))
  const { signal } = new AbortController()
  const behind = new AbortController()
  await admission.enterBehind(0, behind.signal)
  // Two requests, each with room for two pictures, of which one has come.
  await admission.enter(response(), 'a')
  await admission.enter(response(), 'b')
  for (const of of [signal, signal, behind.signal, behind.signal])
    await engine.analyse(new Uint8Array(), { signal: of })
  let isIn = false
  queue.queued = 1
  const third = response()
  const entered = admission.enter(third, 'c').then(() => {
    isIn = true
  })
  await sleep(0)
  expect(isIn).toBe(false)
  third.end()
  await expect(entered).rejects.toMatchObject({ code: 'engine_busy' })
})
