/**
 * Trains a liveness net on a folder of one's own captures (docs/guides/own-cameras.md):
 *
 *     npm run train:pad -- CAPTURES --to NET [--name my-cameras] [--minutes 5] ...
 *
 * Makes a Python environment with torch in .cache/train the first time, unless TRAINING_PYTHON names a Python that has it.
 * What follows `--to NET` goes to training/pad/own.py as it is.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { root } from './setup.mjs'

const [captures, flag, out, ...rest] = process.argv.slice(2)
if (!captures || flag !== '--to' || !out) {
  process.stderr.write('Usage: npm run train:pad -- CAPTURES --to NET [--name NAME] [--minutes 5]\n')
  process.exit(2)
}

/** Aborted when this program is told to end, by Ctrl-C for one: the step under way ends, then the pictures go. */
const stop = new AbortController()
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    process.exitCode = 128 + constants.signals[signal]
    stop.abort()
  })

const views = mkdtempSync(join(tmpdir(), 'liveface-views-'))
try {
  const python = process.env.TRAINING_PYTHON || (await environment())
  await run(process.execPath, '--import', 'tsx', 'training/pad/own-views.ts', resolve(captures), views)
  await run(python, 'training/pad/own.py', views, resolve(out), ...rest)
} catch (error) {
  if (!stop.signal.aborted) process.stderr.write(`${error.message}\n`)
  process.exitCode ||= 1
} finally {
  // Faces, which nobody wants to find there later.
  rmSync(views, { recursive: true })
}

/** @returns the Python of an environment of our own, which is made where it is not there yet */
async function environment() {
  const folder = join(root, '.cache', 'train')
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const ready = spawnSync(python, ['-c', 'import numpy, onnx, torch']).status === 0
  if (ready) return python
  if (existsSync(folder)) rmSync(folder, { recursive: true })
  await run('python3', '-m', 'venv', folder)
  await run(python, '-m', 'pip', 'install', '--quiet', '-r', 'training/pad/requirements.txt')
  return python
}

/** @throws Error when the program fails, or was stopped with this one */
async function run(program, ...args) {
  const child = spawn(program, args, { cwd: root, stdio: 'inherit', signal: stop.signal })
  let fault
  child.on('error', (error) => {
    fault = error
  })
  const [status] = await new Promise((resolve) => child.on('close', (...how) => resolve(how)))
  if (fault || status !== 0) throw fault ?? new Error('The step above has failed.')
}
