/** Real processes: a supervisor, its server with the real engine, and what becomes of each when the other ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { childrenOf, commandOf } from './support/children.ts'
import { until } from './support/patience.ts'
import { program } from './support/program.ts'

// @ts-expect-error the scripts are JavaScript without declarations
const { isBuilt } = await import('../scripts/setup.mjs')

/** Preloaded into both processes; the signal goes to the server. */
const standStill = new URL('./support/faults/stand-still.mjs', import.meta.url).href

interface Supervised {
  process: ChildProcess
  /** What it wrote to standard output and error. */
  output(): string
  exited: Promise<unknown[]>
}

const dataDirectory = mkdtempSync(join(tmpdir(), 'liveface-supervised-'))
const started: Supervised[] = []
afterEach(async () => {
  for (const { process: each, exited } of started.splice(0)) {
    if (each.exitCode === null && each.signalCode === null) each.kill('SIGKILL')
    await exited
  }
  rmSync(dataDirectory, { recursive: true, force: true })
})

const serving = [process.execPath, '--import', standStill, ...program, 'serve']

function start(settings: Record<string, string> = {}, [name = '', ...args] = serving): Supervised {
  const child = spawn(name, args, {
    env: {
      ...process.env,
      PORT: '0',
      LIVEFACE_WORKERS: '1',
      LIVEFACE_DATA_DIR: dataDirectory,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  child.stdout?.on('data', (chunk) => {
    text += chunk
  })
  child.stderr?.on('data', (chunk) => {
    text += chunk
  })
  const one = { process: child, output: () => text, exited: once(child, 'exit') }
  started.push(one)
  return one
}

/** Base URLs of every start so far. */
const urls = ({ output }: Supervised) =>
  [...output().matchAll(/^Liveface listens on (\S+)$/gm)].map((match) => match[1] ?? '')

/** Waits until it has started so often, or more often where a busy machine ends one too. */
const listening = (server: Supervised, times: number) =>
  expect.poll(() => urls(server).length, { message: server.output() }).toBeGreaterThanOrEqual(times)

/** Pids of the processes that a process began, and that these did. */
function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)])
}

/** The process that serves. */
async function serverPid({ process: { pid = 0 } }: Supervised): Promise<number> {
  const find = () => childrenOf(pid).find((child) => commandOf(child).includes('serve')) ?? 0
  await until(() => find() > 0)
  return find()
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe.runIf(process.platform === 'linux')('a supervised server', () => {
  it.each([
    ['whose event loop stands still is ended and started again', 'SIGUSR2', { LIVEFACE_WATCHDOG_MS: '5000' }],
    ['that is killed is started again', 'SIGKILL', {}],
  ] as const)('%s', async (_name, signal, settings) => {
    const server = start(settings)
    await listening(server, 1)
    process.kill(await serverPid(server), signal)
    await listening(server, 2)
    const health = () => fetch(`${urls(server).at(-1)}/healthz`).then(({ status }) => status, String)
    await expect.poll(health).toBe(200)
    if (signal === 'SIGUSR2') expect(server.output()).toContain('the event loop stood still')
    server.process.kill('SIGTERM')
    expect(await server.exited).toEqual([0, null])
  })

  it('stops when its supervisor is killed', async () => {
    const server = start()
    await listening(server, 1)
    const pid = await serverPid(server)
    server.process.kill('SIGKILL')
    await expect.poll(() => isAlive(pid)).toBe(false)
  })

  // `npm start` would build first, beside tests that run what is built.
  it.runIf(isBuilt())('of npm start stops when npm is told to', async () => {
    const server = start({}, ['npm', 'start'])
    await listening(server, 1)
    const processes = descendantsOf(server.process.pid!)
    const serving = processes.find((pid) => commandOf(pid).includes('--supervised')) ?? 0
    expect(serving, processes.map(commandOf).join('\n')).toBeGreaterThan(0)
    server.process.kill('SIGTERM')
    await server.exited
    await expect.poll(() => processes.filter(isAlive)).toEqual([])
  })

  it('that stands still when it is told to stop is ended, and not started again', async () => {
    const server = start({ LIVEFACE_WATCHDOG_MS: '5000' })
    await listening(server, 1)
    process.kill(await serverPid(server), 'SIGUSR2')
    const starts = urls(server).length
    server.process.kill('SIGTERM')
    await server.exited
    expect(urls(server)).toHaveLength(starts)
  })

  it('with a wrong setting ends at once', async () => {
    const server = start({ PORT: 'none' })
    expect(await server.exited).toEqual([2, null])
  })
})
