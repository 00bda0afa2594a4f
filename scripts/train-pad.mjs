/**
 * Trains a liveness net on a folder of one's own captures (docs/guides/own-cameras.md):
 *
 *     npm run train:pad -- CAPTURES --to NET [--name my-cameras] [--minutes 5] ...
 *
 * Makes a Python environment with torch in .cache/train the first time, unless TRAINING_PYTHON names a Python that has it.
 * What follows `--to NET` goes to training/pad/own.py as it is.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { root } from './setup.mjs'

const [captures, flag, out, ...rest] = process.argv.slice(2)
if (!captures || flag !== '--to' || !out) {
  process.stderr.write('Usage: npm run train:pad -- CAPTURES --to NET [--name NAME] [--minutes 5]\n')
  process.exit(2)
}
const views = mkdtempSync(join(tmpdir(), 'liveface-views-'))
try {
  const python = process.env.TRAINING_PYTHON || environment()
  run(process.execPath, '--import', 'tsx', 'training/pad/own-views.ts', resolve(captures), views)
  run(python, 'training/pad/own.py', views, resolve(out), ...rest)
} finally {
  // Faces, which nobody wants to find there later.
  rmSync(views, { recursive: true })
}

/** @returns the Python of an environment of our own, which is made where it is not there yet */
function environment() {
  const folder = join(root, '.cache', 'train')
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const ready = spawnSync(python, ['-c', 'import numpy, onnx, torch']).status === 0
  if (ready) return python
  if (existsSync(folder)) rmSync(folder, { recursive: true })
  run('python3', '-m', 'venv', folder)
  run(python, '-m', 'pip', 'install', '--quiet', '-r', 'training/pad/requirements.txt')
  return python
}

/** Ends the program when a step fails. */
function run(program, ...args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' })
  if (error) process.stderr.write(`${program}: ${error.message}\n`)
  if (status === 0) return
  rmSync(views, { recursive: true, force: true })
  process.exit(status ?? 1)
}
