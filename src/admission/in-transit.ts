/** Counts pictures on their way, each until it is there or its time is over. */
export interface InTransit {
  readonly count: number
  /** @returns ends it */
  add(milliseconds: number, onOver: () => void): () => void
  /** Ends the one that came first. */
  endFirst(): void
}

export function createInTransit(): InTransit {
  const timers = new Set<NodeJS.Timeout>()
  const end = (timer: NodeJS.Timeout | undefined) => {
    clearTimeout(timer)
    if (timer) timers.delete(timer)
  }
  return {
    get count() {
      return timers.size
    },
    add(milliseconds, onOver) {
      const timer = setTimeout(() => {
        end(timer)
        onOver()
      }, milliseconds).unref()
      timers.add(timer)
      return () => end(timer)
    },
    endFirst: () => end(timers.values().next().value),
  }
}
