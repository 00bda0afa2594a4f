/**
 * An upgrade without a pause: a server of an older version, out of the history, goes on under load while this version
 * migrates its database and starts a second server; both serve side by side, then this version replaces the first. Real and
 * stub as in test/fleet.test.ts.
 *
 *   npm run proof:upgrade                               from the version before the newest migration
 *   npm run proof:upgrade -- --from REVISION --seconds 60
 *
 * Writes bench/results/upgrade.json; ends with 1 when a call was answered with a fault, or anything acknowledged was lost or
 * doubled. Where the history is not there it says so and ends with 0.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openFleet } from '../test/support/fleet/index.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { circumstances, writeResults } from './load/results.ts'

const { values } = parseArgs({
  options: { from: { type: 'string' }, seconds: { type: 'string', default: '60' } },
})
const seconds = Number(values.seconds)
if (!(seconds > 0)) throw new Error('--seconds is a number above 0.')

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()
const newest = git('log', '-1', '--format=%H', '--', 'src/database/migrations/index.ts')
const from = values.from ?? `${newest}^`
const isThere = spawnSync('git', ['cat-file', '-e', `${from}^{commit}`]).status === 0

if (isThere) await prove(git('rev-parse', '--short', from))
else process.stdout.write(`Not run: the history of this clone does not reach ${from}.\n`)

async function prove(revision: string): Promise<void> {
  const older = mkdtempSync(join(tmpdir(), 'liveface-older-'))
  const postgres = await startPostgres()
  if ('unavailable' in postgres) throw new Error(`No PostgreSQL here: ${postgres.unavailable}`)
  try {
    execFileSync('tar', ['-x', '-C', older], {
      input: execFileSync('git', ['archive', revision, 'src', 'test/support', 'models', 'package.json'], {
        maxBuffer: 2 ** 30,
      }),
    })
    for (const name of ['node_modules', '.cache']) symlinkSync(resolve(name), join(older, name))
    const fleet = await openFleet(postgres, older)
    try {
      fleet.beginLoad()
      await fleet.progress()
      await sleep(1000 * seconds)
      await fleet.progress()
      const answered = fleet.servers.map(({ acknowledged }) =>
        Object.fromEntries(Object.entries(acknowledged).map(([name, list]) => [name, list.length])),
      )
      const failed = fleet.servers.map((server) => ({ ...server.failed }))
      await fleet.restart(0)
      await fleet.progress()
      const { wrong, finished, delivered, repeated } = await fleet.settle()
      const counts = { answered, failed, finished, delivered, repeated, wrong }
      const results = { ...circumstances(), from: revision, seconds, ...counts }
      writeResults('upgrade', results)
      process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
      if (wrong.length > 0 || failed.some((reasons) => Object.keys(reasons).length > 0)) process.exitCode = 1
    } finally {
      await fleet.close()
    }
  } finally {
    await postgres.stop()
    rmSync(older, { recursive: true, force: true })
  }
}
