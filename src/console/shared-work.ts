/**
 * Work that is slow and the same for everybody: one runs at a time, and whoever asks meanwhile gets its result.
 * @param keepMs milliseconds for which a result is good once it is there; a failure is not kept
 */
export function shareWork<Result>(
  work: () => Promise<Result>,
  { keepMs = 0, now = () => performance.now() }: { keepMs?: number; now?: () => number } = {},
): () => Promise<Result> {
  let running: Promise<Result> | null = null
  let kept: { result: Result; until: number } | null = null
  return () => {
    if (kept && now() < kept.until) return Promise.resolve(kept.result)
    running ??= work()
      .then((result) => {
        kept = { result, until: now() + keepMs }
        return result
      })
      .finally(() => {
        running = null
      })
    return running
  }
}
