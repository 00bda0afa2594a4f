/** A server under load: the built program in a process of its own, over a temporary data folder, as `npm start` runs it. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Environment } from '../../src/access/clients.ts'
import { type Samples, scrape } from './exposition.ts'

const root = resolve(import.meta.dirname, '..', '..')
const program = join(root, 'dist', 'cli.js')

export interface ServerProcess {
  url: string
  pid: number
  dataDirectory: string
  /** Makes a client. @returns the headers it must send */
  issue(dialect: string, environment?: Environment): Promise<Record<string, string>>
  metrics(): Promise<Samples>
  /** Ends it as an operator would. @returns its exit code and what it had written */
  stop(): Promise<{ code: number | null; log: string }>
}

/** Builds what is missing or out of date. */
export function buildProgram(): void {
  const script = "import { build, compileModels } from './scripts/setup.mjs'; build(); compileModels()"
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, stdio: 'inherit' })
}

/**
 * @param settings environment variables beside those of this process
 * @param nodeArguments for example --cpu-prof
 */
export async function startServerProcess(
  settings: Record<string, string> = {},
  nodeArguments: readonly string[] = [],
): Promise<ServerProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'liveface-load-'))
  const dataDirectory = join(directory, 'data')
  const logFile = join(directory, 'log')
  const environment = {
    ...process.env,
    LIVEFACE_DATA_DIR: dataDirectory,
    PORT: '0',
    // The process that is started is the one that is measured.
    LIVEFACE_SUPERVISE: 'false',
    ...settings,
  }
  const log = openSync(logFile, 'w')
  const child = spawn(process.execPath, [...nodeArguments, program, 'serve'], {
    cwd: root,
    env: environment,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const exited = once(child, 'exit')
  const url = await listeningAt(logFile, () => child.exitCode !== null)
  return {
    url,
    pid: child.pid!,
    dataDirectory,
    async issue(dialect, environmentOfKey = 'production') {
      const rate = ['--rate', '1000000000']
      const args = ['keys', 'create', '--dialect', dialect, '--env', environmentOfKey, '--json', ...rate]
      const out = execFileSync(process.execPath, [program, ...args], {
        cwd: root,
        env: environment,
        encoding: 'utf8',
      })
      return JSON.parse(out).headers
    },
    metrics: () => scrape(`${url}/metrics`),
    async stop() {
      child.kill('SIGTERM')
      const [code] = (await exited) as [number | null]
      const text = readFileSync(logFile, 'utf8')
      rmSync(directory, { recursive: true, force: true })
      return { code, log: text }
    },
  }
}

async function listeningAt(logFile: string, hasExited: () => boolean): Promise<string> {
  for (;;) {
    const log = readFileSync(logFile, 'utf8')
    const match = /^Liveface listens on (\S+)$/m.exec(log)
    if (match) return match[1]!
    if (hasExited()) throw new Error(`The server did not start:\n${log}`)
    await sleep(50)
  }
}

/** Limits that would speak before the server is full are lifted; loopback pictures may be fetched. */
export function settingsForLoad(workers: number, picturePort: number): Record<string, string> {
  return {
    LIVEFACE_WORKERS: String(workers),
    LIVEFACE_RATE_PER_IP: '1000000000',
    LIVEFACE_RATE_PER_CLIENT: '1000000000',
    LIVEFACE_ALLOW_PRIVATE_URLS: 'true',
    LIVEFACE_FETCH_PORTS: String(picturePort),
  }
}
