import type { ServerResponse } from 'node:http'
import { EngineError } from '../engine/errors.ts'
import { createPlaces, type Places } from './places.ts'

/** What is asked of a response: when it is over. */
export type Response = Pick<ServerResponse, 'once' | 'closed'>

export interface Waiting {
  response: Response
  clientId: string
  /** Ends the wait. */
  admit(): void
}

/** Requests that wait for a place, for a short while each. */
export interface WaitingLine {
  readonly length: number
  /**
   * Resolves when the request is called.
   * @throws EngineError engine_busy when its patience or its connection ends, or at once when too many wait
   */
  join(response: Response, clientId: string): Promise<void>
  /**
   * Takes out the request of the client that holds fewest places, the first of them where several do: a client that
   * asks much oftener than others does not keep them waiting. Clients that may not take a place are passed by.
   */
  next(places: Places): Waiting | null
}

export function createWaitingLine(patienceMs: number, max: number): WaitingLine {
  const line: Waiting[] = []
  const spots = createPlaces(max)

  return {
    get length() {
      return line.length
    },

    join(response, clientId) {
      // One that is over already would never give its place back.
      if (response.closed || spots.heldBy(clientId) === null) {
        return Promise.reject(new EngineError('engine_busy'))
      }
      return new Promise((resolve, reject) => {
        const giveUp = () => {
          const at = line.indexOf(waiting)
          if (at < 0) return
          line.splice(at, 1)
          leave()
          reject(new EngineError('engine_busy'))
        }
        const patience = setTimeout(giveUp, patienceMs)
        const giveSpotBack = spots.take(clientId)
        const leave = () => {
          clearTimeout(patience)
          giveSpotBack()
        }
        const waiting: Waiting = {
          response,
          clientId,
          admit() {
            leave()
            resolve()
          },
        }
        // A caller who hung up waits no longer.
        response.once('close', giveUp)
        line.push(waiting)
      })
    },

    next(places) {
      let best = -1
      let fewest = Number.POSITIVE_INFINITY
      for (const [at, { clientId }] of line.entries()) {
        const held = places.heldBy(clientId)
        if (held === null || held >= fewest) continue
        best = at
        fewest = held
        if (held === 0) break
      }
      return best < 0 ? null : (line.splice(best, 1)[0] ?? null)
    },
  }
}
