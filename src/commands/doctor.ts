import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import type { Config } from '../config/index.ts'
import { type Database, findDamage } from '../database/index.ts'
import { createEngine } from '../engine/index.ts'
import { type Installation, openInstallation } from '../installation/index.ts'
import { findUnopenable } from '../installation/sealed-rows.ts'
import { createEvidence } from '../records/evidence.ts'
import { openEvidencePlace } from '../records/evidence-place.ts'
import { tryEvidenceStore } from '../records/evidence-store.ts'
import { lacksDatabase, noDatabase } from './open-records.ts'
import { listSettings, readSettings } from './settings.ts'
import { exposure } from './start-warnings.ts'
import { table } from './terminal.ts'

/** `liveface doctor`: tries every part of an installation and says what is wrong and what to do. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Say what is wrong with this installation. Exit code 0: nothing; 2: something.')
    .option('--settings', 'also list every setting with its default and meaning')
    .action(doctor)
}

interface Finding {
  part: string
  wrong: string | null
}

async function doctor(options: { settings?: true }): Promise<void> {
  if (options.settings) {
    process.stdout.write(
      `${table(listSettings().map(({ name, fallback, meaning }) => [name, fallback, meaning]))}\n\n`,
    )
  }
  const config = readSettings()
  const findings = [
    await examine('Node.js', () => nodeVersion()),
    await examine('data folder', () => dataFolder(config)),
    // Where there are no records none are made: a look changes nothing.
    ...(lacksDatabase(config) ? [] : await records(config)),
    await examine('who may read the data folder', () => ownersAlone(config)),
    await examine('listening address', () => {
      const wrong = exposure(config)
      if (wrong) throw new Error(wrong)
    }),
    await examine('memory', () => memory(config)),
    await examine('models and inference', () => models(config)),
  ]
  const rows = findings.map(({ part, wrong }) => [wrong ? 'WRONG' : 'ok', part, wrong ?? ''])
  process.stdout.write(`${table(rows)}\n`)
  if (findings.some(({ wrong }) => wrong)) process.exitCode = 2
}

async function examine(part: string, look: () => void | Promise<void>): Promise<Finding> {
  try {
    await look()
    return { part, wrong: null }
  } catch (error) {
    return { part, wrong: error instanceof Error ? error.message : String(error) }
  }
}

function nodeVersion(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Node ${process.versions.node} is too old: 20.19 or newer is needed.`)
  }
}

function dataFolder(config: Config): void {
  const { dataDirectory } = config
  if (lacksDatabase(config)) throw new Error(noDatabase(config))
  accessSync(dataDirectory, constants.R_OK | constants.W_OK)
  const { bavail, bsize } = statfsSync(dataDirectory)
  if (bavail * bsize < 200 * 1024 * 1024) throw new Error(`Less than 200 MB are free in ${dataDirectory}.`)
}

/** What was made by an earlier version, or copied, may be open to every user of the machine. */
function ownersAlone({ dataDirectory }: Config): void {
  if (process.platform === 'win32' || !existsSync(dataDirectory)) return
  const paths = ['', 'liveface.db', 'liveface.db-wal', 'liveface.db-shm', 'master.key', 'evidence']
  const open = paths
    .map((name) => join(dataDirectory, name))
    .filter((path) => (statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077)
  if (open.length > 0) {
    throw new Error(`Other users of this machine may read ${open.join(', ')}: chmod -R go= ${dataDirectory}`)
  }
}

/** Master key and database belong together, no page is damaged, and one row of each kind opens. */
async function records(config: Config): Promise<Finding[]> {
  let opened: Installation | undefined
  const together = await examine('master key and database', async () => {
    opened = await openInstallation(config)
  })
  if (!opened) return [together]
  const { database } = opened
  try {
    return [
      together,
      await examine('database file', () => undamaged(database)),
      await examine('one record of each kind', () => opens(config, opened!)),
    ]
  } finally {
    await database.destroy()
  }
}

async function opens(config: Config, installation: Installation): Promise<void> {
  const { database, masterKey } = installation
  const closed = await findUnopenable(database, masterKey)
  if (closed.length > 0) throw new Error(`The master key does not open: ${closed.join(', ')}.`)
  const { files, store } = openEvidencePlace(config)
  if (store) await tryEvidenceStore(store.objects, installation)
  const evidence = createEvidence({ database, masterKey, files })
  const newest = await database
    .selectFrom('evidence')
    .select(['client_id', 'id'])
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
  if (newest && !(await evidence.read(newest.client_id, newest.id))) {
    throw new Error(`The file of the newest kept picture is missing: ${newest.id}.`)
  }
}

async function undamaged(database: Database): Promise<void> {
  const damage = await findDamage(database)
  if (damage.length > 0) {
    throw new Error(`The database is damaged, put a backup in its place: ${damage.slice(0, 3).join(' ')}`)
  }
}

function memory({ engine: { workers } }: Config): void {
  const needed = 200 + 200 * workers
  const available = totalmem() / 1024 / 1024
  if (available < needed) {
    throw new Error(
      `${workers} workers need about ${needed} MB, this machine has ${Math.floor(available)} MB.`,
    )
  }
}

async function models(config: Config): Promise<void> {
  const engine = await createEngine({ ...config.engine, workers: 1 })
  await engine.close()
}
