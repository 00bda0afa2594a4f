/** Notices that the machine's clock jumped, so that nothing is erased by age on the word of a wrong clock. */

const hour = 60 * 60_000

export interface ClockGuardOptions {
  /** Called at each jump forward. */
  onJump: (message: string) => void
  now?: () => number
  /** Milliseconds that pass whatever is done to the clock; they stand still while the machine sleeps. */
  ticks?: () => number
  /** How long a jump forward of more than an hour is doubted. Default 24 hours: time to set the clock right. */
  doubtMs?: number
}

/**
 * A clock that jumps years ahead would make every record look old at once. What was erased does not come back,
 * while erasing a day late harms nobody.
 * @returns may records be erased by their age now?
 */
export function createClockGuard(options: ClockGuardOptions): () => boolean {
  const { onJump, now = Date.now, ticks = () => performance.now(), doubtMs = 24 * hour } = options
  let offset = now() - ticks()
  let doubtedUntil = Number.NEGATIVE_INFINITY
  return () => {
    const drift = now() - ticks() - offset
    // What a clock is slewed by between two readings is no jump.
    offset += drift
    if (Math.abs(drift) > hour) {
      // Set back: either a jump forward is undone, or what looks young is only kept longer.
      doubtedUntil = drift > 0 ? ticks() + doubtMs : Number.NEGATIVE_INFINITY
      if (drift > 0) {
        const [jump, doubt] = [drift, doubtMs].map((ms) => Math.round(ms / hour))
        onJump(`The clock jumped ${jump} hours ahead: nothing is erased by age for ${doubt} hours.`)
      }
    }
    return ticks() >= doubtedUntil
  }
}
