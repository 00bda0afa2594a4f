/** Fixed-window counters, per key, in this process's memory. */

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

interface Window {
  count: number
  openedAt: number
  endsAt: number
}

/**
 * The counters live as long as their window. `capacity` bounds the memory that a caller with many
 * addresses can take: at capacity finished windows are swept, then the oldest are dropped.
 */
export function createRateLimits(now: () => number = Date.now, capacity = 100_000): RateLimits {
  const windows = new Map<string, Window>()

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
    const window = { count: 0, openedAt: now(), endsAt: now() + windowMs }
    windows.delete(key)
    windows.set(key, window)
    return window
  }

  return {
    take(key, limit, windowMs = 60_000) {
      const window = current(key) ?? open(key, windowMs)
      window.count++
      return toLimit(window, limit)
    },

    peek(key, limit, windowMs = 60_000) {
      const { count, endsAt } = current(key) ?? { count: 0, endsAt: now() + windowMs }
      return toLimit({ count: count + 1, endsAt }, limit)
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
