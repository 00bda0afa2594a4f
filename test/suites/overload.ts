/** More requests at once than the workers can ever answer: each gets its own answer or the dialect's busy. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EngineError } from '../../src/engine/errors.ts'
import type { Engine } from '../../src/engine/types.ts'
import { analyseAct } from '../support/acted-photo.ts'
import type { Callers, StartCallers } from '../support/callers.ts'
import { jpeg } from '../support/didit.ts'
import { stubEngine, stubReport } from '../support/stub-engine.ts'

const pictureMs = 40
const queueBound = 16

/** What an engine saw at worst. */
interface Seen {
  queued: number
  busy: number
}

/** Keeps pictures in the engine while it is closed. */
function createGate() {
  let opened = Promise.resolve()
  let open = () => {}
  return {
    close() {
      opened = new Promise((resolve) => {
        open = resolve
      })
    },
    open: () => open(),
    passed: () => opened,
  }
}
type Gate = ReturnType<typeof createGate>

/** One worker that takes its time; the score it gives is in the picture's last byte. */
function slowEngine(seen: Seen, gate: Gate): Engine {
  let queued = 0
  let last: Promise<unknown> = Promise.resolve()
  const read = (picture: Uint8Array) => {
    if (picture.length > jpeg.length + 1) return analyseAct(picture)
    const score = 0.5 + (picture.at(-1) ?? 0) / 1000
    return stubReport({ subject: { liveness: { judged: true, score, cues: [] } } })
  }
  return {
    ...stubEngine(),
    stats: () => ({ workers: 1, queued, completed: 0, restarts: 0 }),
    analyse(picture) {
      if (queued >= queueBound) {
        seen.busy++
        return Promise.reject(new EngineError('engine_busy'))
      }
      queued++
      seen.queued = Math.max(seen.queued, queued)
      const turn = last.then(async () => {
        queued--
        await gate.passed()
        await sleep(pictureMs)
        return { ...read(picture), timings: { detect: pictureMs } }
      })
      last = turn
      return turn
    },
  }
}

/** How a vendor answers here. */
export interface OverloadCase {
  /** The body that says busy. */
  busy: object
  /** The answer to the picture with this number. */
  answer(number: number): object
  /** A call judges whatever picture it gets. */
  takesAnyPicture: boolean
}

export function overloadSuite<Name extends string>(
  start: StartCallers<Name>,
  cases: Record<Name, OverloadCase>,
): void {
  const seen: Seen = { queued: 0, busy: 0 }
  const gate = createGate()
  let calls: Callers<Name>
  beforeAll(async () => {
    calls = await start({
      engine: slowEngine(seen, gate),
      settings: {
        LIVEFACE_RATE_PER_IP: '1000000',
        LIVEFACE_QUEUE: String(queueBound),
        LIVEFACE_QUEUE_WAIT_MS: '200',
        // Ninety fetches on a busy machine take their time.
        LIVEFACE_FETCH_TIMEOUT_MS: '20000',
      },
    })
  })
  afterAll(() => calls.stop())

  describe.each(Object.keys(cases) as Name[])('%s', (name) => {
    it('answers what it can, refuses the rest in its own words, and is itself again afterwards', async () => {
      const count = 90
      // On a slow machine requests come so slowly that one worker could answer them all: it waits until enough are refused.
      gate.close()
      let refused = 0
      const answers = await Promise.all(
        Array.from({ length: count }, async (_, number) => {
          const picture = cases[name].takesAnyPicture ? { picture: Buffer.from([...jpeg, number]) } : {}
          const answer = await calls[name](`${name}-${number}`, picture)
          if (answer.status === 503 && ++refused > count / 4) gate.open()
          return answer
        }),
      )
      const busy = answers.filter(({ status }) => status === 503)
      for (const { headers, body } of busy) {
        expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
        expect(body).toMatchObject(cases[name].busy)
      }
      answers.forEach(({ status, body }, number) => {
        if (status !== 503)
          expect({ status, body }).toMatchObject({ status: 200, body: cases[name].answer(number) })
      })
      // Both happen: the first are answered, and nobody waits for a queue of many seconds.
      expect(busy.length).toBeGreaterThan(count / 4)
      expect(busy.length).toBeLessThan(count)

      const { admission } = calls.server.services
      await expect.poll(() => admission.stats()).toMatchObject({ underWay: 0, waiting: 0 })
      expect((await calls[name](`${name}-afterwards`)).status).toBe(200)
    })
  })

  it('lets no more into the queue than can be answered in time', () => {
    // 200 ms of waiting at 40 ms a picture, and whoever came in the same moment.
    expect(seen.queued).toBeLessThanOrEqual(10)
    expect(seen.busy).toBe(0)
  })
}
