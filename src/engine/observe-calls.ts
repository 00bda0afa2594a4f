import type { Engine, FaceReport } from './types.ts'

/**
 * One call of an engine.
 * @param reportsOf the reports of pictures that were worked on side by side
 * @param signal ends the wait of the request or the work that the call belongs to
 */
export type AroundCall = <T>(
  name: 'analyse' | 'compare',
  call: () => Promise<T>,
  reportsOf: (result: T) => readonly FaceReport[],
  signal: AbortSignal | undefined,
) => Promise<T>

/** The same engine, whose calls that measure pictures are made by `around`. */
export function observeCalls(engine: Engine, around: AroundCall): Engine {
  return {
    ...engine,
    analyse: (picture, options) =>
      around(
        'analyse',
        () => engine.analyse(picture, options),
        (report) => [report],
        options?.signal,
      ),
    compare: (first, second, options) =>
      around(
        'compare',
        () => engine.compare(first, second, options),
        (report) => [report.first, report.second],
        options?.signal,
      ),
  }
}
