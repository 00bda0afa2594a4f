export interface WriteProbe {
  /** Whether the last attempt went well. True before the first. */
  isWritable(): boolean
  /** Hears of a write by somebody else that failed. */
  noticeFailure(error: unknown): void
  /** Tries at once, then every few seconds until `stop`. */
  start(): Promise<void>
  stop(): void
}

/**
 * Tries a place now and then: a server whose pictures or rows cannot be written refuses every check, and says so.
 * @param attempt throws what stands in the way; told whether the place was writable when last tried
 * @param onChange hears what stands in the way, and null when it is over
 */
export function createWriteProbe(
  attempt: (wasWritable: boolean) => Promise<void>,
  onChange: (error: unknown) => void,
  intervalMs = 5000,
): WriteProbe {
  let writable = true
  let timer: NodeJS.Timeout | undefined
  let probing: Promise<void> | null = null

  function note(error: unknown): void {
    if (writable !== (error === null)) onChange(error)
    writable = error === null
  }

  /** One attempt at a time: where a write is slow, two of them would meet. */
  function probe(): Promise<void> {
    probing ??= attempt(writable)
      .then(() => null)
      .catch((error: unknown) => error)
      .then(note)
      .finally(() => {
        probing = null
      })
    return probing
  }

  return {
    isWritable: () => writable,
    noticeFailure: note,
    async start() {
      timer = setInterval(probe, intervalMs).unref()
      await probe()
    },
    stop: () => clearInterval(timer),
  }
}
