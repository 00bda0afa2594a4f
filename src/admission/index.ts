import { type AroundCall, observeCalls } from '../engine/observe-calls.ts'
import type { Engine, FaceReport } from '../engine/types.ts'
import { createInTransit, type InTransit } from './in-transit.ts'
import { createPlaces, type Places } from './places.ts'
import { createWaitingLine, type Response, type Waiting, type WaitingLine } from './waiting-line.ts'

export interface AdmissionOptions {
  /** Longest time in ms that a picture may be expected to wait for a worker. */
  longestWaitMs: number
  /** Pictures that the engine lets wait. */
  maxQueued: number
  /** Requests under way at once, each with its pictures in memory; as many again may be fetching theirs. */
  maxUnderWay: number
  /** Of these, of one client: whoever sends slowly must not hold them all. Default: half, rounded up. */
  maxPerClient?: number | undefined
  /** Longest time in ms that a request waits for room before it is refused. Default 250. */
  patienceMs?: number
  /** Requests that wait for room at once; one more is refused at once. Default 1024. */
  maxWaiting?: number
}

/**
 * Decides before the body of a request is read whether there is room for its pictures.
 *
 * A full server that reads, stores and queues what it then refuses has no time left for what it accepted. So a request
 * waits, its body unread in the network, until the queue before the workers is short enough for the picture to be
 * answered within the second, or is refused after a short while. The while is also what keeps callers who ask again
 * at once from taking the processor.
 */
export interface Admission {
  /**
   * Resolves when there is room, which is given back when the response is closed. Of several clients who wait the one
   * with least under way comes first.
   * @throws EngineError engine_busy
   */
  enter(response: Response, clientId: string): Promise<void>
  /**
   * The same for a request whose pictures are still to be fetched from elsewhere, which must `enter` once they are
   * here. Until then it holds a place among those who fetch: a host may take as long as it likes, and keeps out nobody
   * who needs none. Where there is no room for pictures there is none for fetching more of them.
   * @throws EngineError engine_busy
   */
  enterToFetch(response: Response, clientId: string): Promise<void>
  /**
   * Resolves when no request waits and the workers have nothing left to begin, for work at whose other end nobody waits;
   * after `patienceMs` in any case, so that a server which is never idle ends it too. One at a time.
   * @throws the signal's reason
   */
  enterBehind(patienceMs: number, signal: AbortSignal): Promise<void>
  /** The same engine, watched: what pictures take decides how many may wait. */
  observeEngine(engine: Engine): Engine
  stats(): { underWay: number; fetching: number; waiting: number; refused: number }
}

/**
 * A request that was let in counts as a picture in the queue until its picture is there, but no longer than this part
 * of others' patience: who waits behind callers who send slowly, or behind slow hosts, gets in before it is over.
 */
const transitShare = 0.8
/** Weight of the newest picture in the mean time that pictures take. */
const newestWeight = 1 / 16

/** Where requests come in: who is in, who waits, and what is on its way to the engine because of it. */
interface Gate {
  places: Places
  line: WaitingLine
  inTransit: InTransit
}

export function createAdmission(options: AdmissionOptions): Admission {
  const { longestWaitMs, maxQueued, maxUnderWay, patienceMs = 250, maxWaiting = 1024 } = options
  const entering = createGate()
  const fetching = createGate()
  /** What ends the fetching of a request that enters. */
  const endOfFetch = new WeakMap<Response, () => void>()
  let engine: Engine | undefined
  /** Those who come behind all requests, oldest first. */
  const behind = new Set<() => void>()
  /** Signals of requests whose pictures have come, and of work that came behind all requests. */
  const arrived = new WeakSet<AbortSignal>()
  /** Mean milliseconds that a picture keeps a worker; a guess until the first. */
  let serviceMs = 100
  let refused = 0

  function createGate(): Gate {
    return {
      places: createPlaces(maxUnderWay, options.maxPerClient),
      line: createWaitingLine(patienceMs, maxWaiting),
      inTransit: createInTransit(),
    }
  }

  /** Is there room for one more picture before the workers, when so many are on their way? */
  function isRoom(inTransit: number): boolean {
    if (!engine) return true
    const { queued, workers } = engine.stats()
    const ahead = queued + inTransit
    // A request may bring two pictures at once; what it brings beyond comes after them, and the engine refuses none of it.
    // None is let in whom the engine itself would have to refuse.
    if (queued + 2 * inTransit + 2 > maxQueued && ahead > 0) return false
    // However slow a picture is, each worker has its next one ready.
    return ahead < 2 * workers || (ahead * serviceMs) / workers <= longestWaitMs
  }

  const mayEnter = () => isRoom(entering.inTransit.count)
  const mayFetch = () => isRoom(entering.inTransit.count + entering.line.length + fetching.inTransit.count)

  function letIn(gate: Gate, { response, clientId, admit }: Waiting): void {
    const giveBack = gate.places.take(clientId)
    const arrive = gate.inTransit.add(transitShare * patienceMs, admitWaiting)
    const leave = () => {
      giveBack()
      arrive()
    }
    endOfFetch.get(response)?.()
    if (gate === fetching) endOfFetch.set(response, leave)
    response.once('close', () => {
      leave()
      admitWaiting()
    })
    admit()
  }

  function admitFrom(gate: Gate, isThereRoom: () => boolean): void {
    while (gate.line.length > 0 && isThereRoom()) {
      const next = gate.line.next(gate.places)
      if (!next) return
      letIn(gate, next)
    }
  }

  function isIdle(): boolean {
    const { length } = entering.line
    return length + fetching.line.length + entering.inTransit.count + (engine?.stats().queued ?? 0) === 0
  }

  function admitWaiting(): void {
    admitFrom(entering, mayEnter)
    admitFrom(fetching, mayFetch)
    const [next] = behind
    if (next && isIdle()) next()
  }

  async function wait({ line }: Gate, response: Response, clientId: string): Promise<void> {
    const waited = line.join(response, clientId)
    admitWaiting()
    await waited.catch((error) => {
      refused++
      throw error
    })
  }

  function learn({ timings }: FaceReport): void {
    const milliseconds = Object.values(timings).reduce((sum, stage) => sum + stage, 0)
    serviceMs += newestWeight * (milliseconds - serviceMs)
  }

  /** Whoever waits is looked at again when a picture leaves the engine. */
  const watched: AroundCall = async (_name, call, reportsOf, signal) => {
    try {
      const started = call()
      // Which of them it is makes no difference, as long as each request ends one.
      if (!signal || !arrived.has(signal)) entering.inTransit.endFirst()
      if (signal) arrived.add(signal)
      admitWaiting()
      const result = await started
      reportsOf(result).forEach(learn)
      return result
    } finally {
      admitWaiting()
    }
  }

  return {
    stats: () => ({
      underWay: entering.places.held,
      fetching: fetching.places.held,
      waiting: entering.line.length + fetching.line.length,
      refused,
    }),

    enter: (response, clientId) => wait(entering, response, clientId),
    enterToFetch: (response, clientId) => wait(fetching, response, clientId),

    async enterBehind(patienceMs, signal) {
      signal.throwIfAborted()
      arrived.add(signal)
      await new Promise<void>((resolve, reject) => {
        const leave = () => {
          clearTimeout(timer)
          behind.delete(enter)
          signal.removeEventListener('abort', giveUp)
        }
        const enter = () => {
          leave()
          resolve()
        }
        const giveUp = () => {
          leave()
          reject(signal.reason)
        }
        const timer = setTimeout(enter, patienceMs)
        signal.addEventListener('abort', giveUp, { once: true })
        behind.add(enter)
        admitWaiting()
      })
    },

    observeEngine(observed) {
      engine = observed
      return observeCalls(observed, watched)
    },
  }
}
