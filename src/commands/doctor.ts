import { accessSync, constants, statfsSync } from 'node:fs'
import { totalmem } from 'node:os'
import { Command } from 'commander'
import { openMasterKey } from '../access/master-key.ts'
import { type Config, describeSettings, readConfig } from '../config.ts'
import { findDamage, openDatabase } from '../database/index.ts'
import { openEngine } from '../open-engine.ts'
import { databaseLocation } from '../server.ts'
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
      `${table(describeSettings().map(({ name, fallback, meaning }) => [name, fallback, meaning]))}\n\n`,
    )
  }
  const config = readConfig(process.env)
  const findings = [
    await examine('Node.js', () => nodeVersion()),
    await examine('data folder', () => dataFolder(config)),
    await examine('master key', () => void openMasterKey(config.dataDirectory, config.LIVEFACE_MASTER_KEY)),
    await examine('database', () => database(config)),
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

function dataFolder({ dataDirectory }: Config): void {
  accessSync(dataDirectory, constants.R_OK | constants.W_OK)
  const { bavail, bsize } = statfsSync(dataDirectory)
  if (bavail * bsize < 200 * 1024 * 1024) throw new Error(`Less than 200 MB are free in ${dataDirectory}.`)
}

async function database(config: Config): Promise<void> {
  const db = await openDatabase(databaseLocation(config))
  const damage = await findDamage(db)
  await db.destroy()
  if (damage.length > 0) {
    throw new Error(`The database is damaged, put a backup in its place: ${damage.slice(0, 3).join(' ')}`)
  }
}

function memory({ LIVEFACE_WORKERS: workers }: Config): void {
  const needed = 200 + 200 * workers
  const available = totalmem() / 1024 / 1024
  if (available < needed) {
    throw new Error(
      `${workers} workers need about ${needed} MB, this machine has ${Math.floor(available)} MB.`,
    )
  }
}

async function models(config: Config): Promise<void> {
  const engine = await openEngine({ ...config, LIVEFACE_WORKERS: 1 })
  await engine.close()
}
