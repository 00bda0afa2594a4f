/**
 * Kills a server with kill -9 at random moments while callers of every dialect write, starts it again each time, and
 * compares what it acknowledged with what it kept: `npm run proof:crash -- [kills, default 50]`. One kill in five
 * comes while the server starts. Writes bench/results/crash.json; ends with 1 when anything was lost or doubled.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Moment, proveCrashes } from '../test/support/crash/index.ts'
import { circumstances, writeResults } from './load/results.ts'

/** Milliseconds of writing, and of a start, within which a kill comes. */
const underLoad = 1_000
const afterSpawn = 1_500

const kills = Number(process.argv[2] ?? 50)
const moments = Array.from({ length: kills }, (_, index): Moment => {
  const share = Math.random()
  return index % 5 === 4 ? { afterSpawn: share * afterSpawn } : { underLoad: share * underLoad }
})
const dataDirectory = mkdtempSync(join(tmpdir(), 'liveface-crash-'))
try {
  const begin = performance.now()
  const report = await proveCrashes({
    outlastClaims: true,
    dataDirectory,
    moments,
    onKill: (done, { finished, wrong }) =>
      process.stdout.write(`${done}/${kills}: ${finished} checks kept, ${wrong.length} things wrong\n`),
  })
  const seconds = Math.round((performance.now() - begin) / 1000)
  writeResults('crash', { ...circumstances(), seconds, database: 'SQLite', ...report })
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  if (report.wrong.length > 0) process.exitCode = 1
} finally {
  rmSync(dataDirectory, { recursive: true, force: true })
}
