/** A number of places, of which no client may hold more than its share. */
export interface Places {
  /** Places held, of all clients. */
  readonly held: number
  /** Whether the client may take one more. */
  mayTake(clientId: string): boolean
  /**
   * What the client cost lately: the milliseconds that it held places, summed over the places, each second worth half
   * after ten more. A picture that takes a worker seconds so weighs as much as many that take none.
   */
  recentUse(clientId: string): number
  /** Takes one, whether or not the client may. @returns gives it back; a second time it does nothing */
  take(clientId: string): () => void
}

interface Account {
  held: number
  /** `recentUse` at the time `at`. */
  use: number
  at: number
}

const halfLifeMs = 10_000
/** Accounts kept of clients that hold nothing. */
const maximumIdle = 1000

/** @param now milliseconds of a clock that never goes back */
export function createPlaces(
  most: number,
  mostPerClient = Math.ceil(most / 2),
  now: () => number = () => performance.now(),
): Places {
  const accounts = new Map<string, Account>()
  let held = 0

  /** The client's account, brought up to date. */
  function settle(clientId: string): Account {
    const known = accounts.get(clientId) ?? { held: 0, use: 0, at: now() }
    const elapsed = now() - known.at
    const use = known.use * 0.5 ** (elapsed / halfLifeMs) + known.held * elapsed
    return { held: known.held, use, at: known.at + elapsed }
  }

  function change(clientId: string, by: 1 | -1): void {
    held += by
    const account = settle(clientId)
    // Set anew, so that the one that changed longest ago is first.
    accounts.delete(clientId)
    accounts.set(clientId, { ...account, held: account.held + by })
    if (accounts.size <= maximumIdle) return
    for (const [id, { held: stillHeld }] of accounts) {
      if (stillHeld > 0) continue
      accounts.delete(id)
      break
    }
  }

  return {
    get held() {
      return held
    },
    mayTake: (clientId) => held < most && (accounts.get(clientId)?.held ?? 0) < mostPerClient,
    recentUse: (clientId) => settle(clientId).use,
    take(clientId) {
      change(clientId, 1)
      let given = false
      return () => {
        if (!given) change(clientId, -1)
        given = true
      }
    },
  }
}
