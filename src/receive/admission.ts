import type { ServerResponse } from 'node:http'
import { EngineError } from '../engine/errors.ts'
import type { Engine, FaceReport } from '../engine/types.ts'

/** What is asked of a response: when it is over. */
type Response = Pick<ServerResponse, 'once' | 'closed'>

export interface AdmissionOptions {
  /** Longest time in ms that a picture may be expected to wait for a worker. */
  longestWaitMs: number
  /** Pictures that the engine lets wait. */
  mostQueued: number
  /** Requests under way at once, each with its pictures in memory. */
  mostUnderWay: number
  /** Longest time in ms that a request waits for room before it is refused. Default 250. */
  patienceMs?: number
  /** Requests that wait for room at once; one more is refused at once. Default 1024. */
  mostWaiting?: number
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
   * Resolves when there is room, which is given back when the response is closed.
   * @throws EngineError engine_busy
   */
  enter(response: Response): Promise<void>
  /** The same engine, watched: what pictures take decides how many may wait. */
  observeEngine(engine: Engine): Engine
  stats(): { underWay: number; waiting: number; refused: number }
}

interface Waiting {
  admit(): void
}

/**
 * A request that was let in counts as a picture in the queue until its picture is there, but for this long at most:
 * callers who send slowly shall not keep others out.
 */
const arrivalMs = 1000
/** Weight of the newest picture in the mean time that pictures take. */
const newest = 1 / 16

export function createAdmission(options: AdmissionOptions): Admission {
  const { longestWaitMs, mostQueued, mostUnderWay, patienceMs = 250, mostWaiting = 1024 } = options
  const room: Waiting[] = []
  let engine: Engine | undefined
  /** Mean milliseconds that a picture keeps a worker; a guess until the first. */
  let serviceMs = 100
  let underWay = 0
  let refused = 0
  /** Timers of those let in whose pictures are not in the queue yet, in the order they came. */
  const arriving = new Set<NodeJS.Timeout>()

  function isRoom(): boolean {
    if (underWay >= mostUnderWay) return false
    if (!engine) return true
    const { queued, workers } = engine.stats()
    const ahead = queued + arriving.size
    // A request may bring two pictures. None is let in whom the engine itself would have to refuse.
    if (queued + 2 * arriving.size + 2 > mostQueued && ahead > 0) return false
    // However slow a picture is, each worker has its next one ready.
    return ahead < 2 * workers || (ahead * serviceMs) / workers <= longestWaitMs
  }

  function letIn(response: Response): void {
    underWay++
    const arrival = setTimeout(() => arrive(arrival), arrivalMs).unref()
    arriving.add(arrival)
    response.once('close', () => {
      underWay--
      arrive(arrival)
    })
  }

  /** Counts no longer as arriving. Without `arrival` it is the first who came: which of them it is makes no difference. */
  function arrive(arrival = arriving.values().next().value): void {
    clearTimeout(arrival)
    if (arrival) arriving.delete(arrival)
    admitWaiting()
  }

  function admitWaiting(): void {
    while (room.length > 0 && isRoom()) room.shift()!.admit()
  }

  function learn({ timings }: FaceReport): void {
    const milliseconds = Object.values(timings).reduce((sum, stage) => sum + stage, 0)
    serviceMs += newest * (milliseconds - serviceMs)
  }

  /** Whoever waits is looked at again when a picture leaves the engine. */
  async function watched<T>(
    work: () => Promise<T>,
    reportsOf: (result: T) => readonly FaceReport[],
  ): Promise<T> {
    try {
      const started = work()
      arrive()
      const result = await started
      reportsOf(result).forEach(learn)
      return result
    } finally {
      admitWaiting()
    }
  }

  return {
    stats: () => ({ underWay, waiting: room.length, refused }),

    async enter(response) {
      // Those who came before go first.
      if (!response.closed && room.length === 0 && isRoom()) return letIn(response)
      // One that is over already would never give its room back.
      if (response.closed || room.length >= mostWaiting) {
        refused++
        throw new EngineError('engine_busy')
      }
      await new Promise<void>((resolve, reject) => {
        const leave = () => {
          clearTimeout(patience)
          const at = room.indexOf(waiting)
          if (at >= 0) room.splice(at, 1)
        }
        const giveUp = () => {
          if (!room.includes(waiting)) return
          leave()
          refused++
          reject(new EngineError('engine_busy'))
        }
        const waiting: Waiting = {
          admit() {
            leave()
            letIn(response)
            resolve()
          },
        }
        const patience = setTimeout(giveUp, patienceMs)
        // A caller who hung up waits no longer.
        response.once('close', giveUp)
        room.push(waiting)
      })
    },

    observeEngine(observed) {
      engine = observed
      return {
        stats: () => observed.stats(),
        close: () => observed.close(),
        analyse: (picture, call) =>
          watched(
            () => observed.analyse(picture, call),
            (report) => [report],
          ),
        compare: (first, second, call) =>
          watched(
            () => observed.compare(first, second, call),
            (report) => [report.first, report.second],
          ),
      }
    },
  }
}
