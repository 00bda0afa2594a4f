/** Fixed-window counters, per key, in this process's memory; shared-limits.ts brings those of several servers together. */

export interface RateLimit {
  allowed: boolean
  /** Requests per window. */
  limit: number
  /** Requests left in this window, never negative. */
  remaining: number
  /** Unix seconds at which the window ends. */
  resetAt: number
  /** Whole seconds to wait, at least 1. */
  retryAfter: number
}

export interface RateLimits {
  /**
   * Counts one request against `key`.
   * @param limit requests per window
   * @param windowMs length of the window, default one minute
   */
  take(key: string, limit: number, windowMs?: number): RateLimit
  /** What the next `take` would find; counts nothing. */
  peek(key: string, limit: number, windowMs?: number): RateLimit
}

/** What was counted against one key. */
export interface Counted {
  key: string
  count: number
  /** Unix milliseconds. */
  endsAt: number
}

export interface LocalRateLimits extends RateLimits {
  /** Takes what was counted here and not shared yet, of at most so many keys. */
  takeUnshared(maximum: number): Counted[]
  /** Counts again what could not be shared. */
  giveBack(counted: readonly Counted[]): void
  /** Goes on from what all servers have counted together. */
  adopt(totals: readonly Counted[]): void
}

interface Window {
  count: number
  /** Of `count`, what the other servers do not know of. */
  unshared: number
  openedAt: number
  endsAt: number
}

/**
 * The counters live as long as their window. `capacity` bounds the memory that a caller with many
 * addresses can take: at capacity finished windows are swept, then the oldest are dropped.
 */
export function createRateLimits(now: () => number = Date.now, capacity = 100_000): LocalRateLimits {
  const windows = new Map<string, Window>()
  const unshared = new Set<string>()

  function current(key: string): Window | undefined {
    const window = windows.get(key)
    // A window that opens in the future is from before the clock was set back: it would not end for long.
    return window && window.openedAt <= now() && now() < window.endsAt ? window : undefined
  }

  const toLimit = ({ count, endsAt }: Pick<Window, 'count' | 'endsAt'>, limit: number): RateLimit => ({
    allowed: count <= limit,
    limit,
    remaining: Math.max(0, limit - count),
    resetAt: Math.ceil(endsAt / 1000),
    retryAfter: Math.max(1, Math.ceil((endsAt - now()) / 1000)),
  })

  function open(key: string, windowMs: number): Window {
    if (windows.size >= capacity) sweep(windows, now(), capacity)
    const window = { count: 0, unshared: 0, openedAt: now(), endsAt: now() + windowMs }
    windows.delete(key)
    windows.set(key, window)
    return window
  }

  return {
    take(key, limit, windowMs = 60_000) {
      const window = current(key) ?? open(key, windowMs)
      window.count++
      window.unshared++
      unshared.add(key)
      return toLimit(window, limit)
    },

    peek(key, limit, windowMs = 60_000) {
      const { count, endsAt } = current(key) ?? { count: 0, endsAt: now() + windowMs }
      return toLimit({ count: count + 1, endsAt }, limit)
    },

    takeUnshared(maximum) {
      const counted: Counted[] = []
      for (const key of unshared) {
        if (counted.length === maximum) break
        unshared.delete(key)
        const window = current(key)
        if (!window || window.unshared === 0) continue
        counted.push({ key, count: window.unshared, endsAt: window.endsAt })
        window.unshared = 0
      }
      return counted
    },

    giveBack(counted) {
      for (const { key, count, endsAt } of counted) {
        const window = current(key)
        if (window?.endsAt !== endsAt) continue
        window.unshared += count
        unshared.add(key)
      }
    },

    adopt(totals) {
      for (const { key, count, endsAt } of totals) {
        const window = current(key)
        if (!window) continue
        window.count = count + window.unshared
        window.endsAt = endsAt
      }
    },
  }
}

function sweep(windows: Map<string, Window>, time: number, capacity: number): void {
  for (const [key, window] of windows) if (window.endsAt <= time) windows.delete(key)
  // Map order is insertion order, so the first keys are the oldest windows.
  for (const key of windows.keys()) {
    if (windows.size < capacity * 0.9) break
    windows.delete(key)
  }
}
