/** A number of places, of which no client may hold more than its share. */
export interface Places {
  /** Places held, of all clients. */
  readonly held: number
  /** Places that the client holds; null when it may not take another. */
  heldBy(clientId: string): number | null
  /** Takes one, whether or not the client may. @returns gives it back; a second time it does nothing */
  take(clientId: string): () => void
}

export function createPlaces(max: number, maxPerClient = Math.ceil(max / 2)): Places {
  const byClient = new Map<string, number>()
  let held = 0
  const change = (clientId: string, by: 1 | -1) => {
    held += by
    const left = (byClient.get(clientId) ?? 0) + by
    if (left > 0) byClient.set(clientId, left)
    else byClient.delete(clientId)
  }
  return {
    get held() {
      return held
    },
    heldBy(clientId) {
      const own = byClient.get(clientId) ?? 0
      return held < max && own < maxPerClient ? own : null
    },
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
