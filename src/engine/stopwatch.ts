/** Milliseconds by stage; a stage that runs twice adds up. */
export interface Stopwatch {
  readonly timings: Record<string, number>
  /** Runs `work` and books its time under `stage`, also when it throws. */
  time<T>(stage: string, work: () => T | Promise<T>): Promise<T>
}

export function stopwatch(): Stopwatch {
  const timings: Record<string, number> = {}
  return {
    timings,
    time: async (stage, work) => {
      const start = performance.now()
      try {
        return await work()
      } finally {
        timings[stage] = (timings[stage] ?? 0) + performance.now() - start
      }
    },
  }
}
