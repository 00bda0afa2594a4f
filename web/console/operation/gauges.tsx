import type { Overview } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'

/** The numbers of this moment. */
export function Gauges({ overview: { queue, workers, webhookBacklog, storage } }: { overview: Overview }) {
  const { texts, formats } = useConsole()
  const words = texts.overview
  const gauges = [
    [words.waiting, formats.count(queue)],
    [words.workers, formats.count(workers)],
    [words.backlog, formats.count(webhookBacklog)],
    [words.database, formats.bytes(storage.databaseBytes)],
    [words.evidence, formats.bytes(storage.evidenceBytes)],
    [words.free, formats.bytes(storage.freeBytes)],
  ]
  return (
    <dl class="gauges" aria-label={words.now}>
      {gauges.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
