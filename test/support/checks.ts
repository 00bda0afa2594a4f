import type { ServerResponse } from 'node:http'
import type { CheckCall } from '../../src/checks/call.ts'
import type { CheckServices } from '../../src/checks/perform.ts'
import type { Engine } from '../../src/engine/types.ts'
import { stubEngine } from './stub-engine.ts'

/** A call of a client. It hides the connection: nobody waits at its other end. */
export function callFrom(clientId: string, signal = new AbortController().signal): CheckCall {
  return { clientId, requestId: 'request', response: {} as ServerResponse, signal }
}

/** Services with room for everybody. */
export function checkServices(engine: Pick<Engine, 'analyse' | 'compare'> = stubEngine()): CheckServices {
  const enter = async () => {}
  return {
    engine,
    // Of no client's cameras anything is known.
    clients: { find: async () => null },
    admission: {
      enter,
      enterToFetch: enter,
      enterBehind: enter,
      observeEngine: (observed) => observed,
      stats: () => ({ underWay: 0, fetching: 0, waiting: 0, refused: 0 }),
    },
  }
}
