/** What `npm start` and `npm test` do first: install, build and compile what is missing or out of date. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Runs a program and ends this one when it fails. */
export function run(program, args, options = {}) {
  const { status, signal } = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options })
  if (status !== 0) {
    process.stderr.write(`${program} ${args.join(' ')} failed${signal ? ` (${signal})` : ''}\n`)
    process.exit(status ?? 1)
  }
}

/** Runs a JavaScript program of an installed package with this Node. */
export function runNode(args, options) {
  run(process.execPath, args, options)
}

/** Each step: the files it depends on and those it makes, below the root. */
const steps = {
  install: { inputs: ['package.json', 'package-lock.json', '.npmrc'], outputs: ['node_modules/fastify'] },
  build: {
    inputs: ['src', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'],
    outputs: ['dist/cli.js'],
  },
  web: { inputs: ['web', 'src/engine/pose.ts', 'package-lock.json'], outputs: ['dist/web'] },
  models: {
    inputs: ['models', 'src/engine/models', 'src/compiler', 'package-lock.json'],
    outputs: ['.cache/models'],
  },
}

function digestOf(step) {
  const digest = createHash('sha256')
  for (const input of steps[step].inputs) hashInto(digest, join(root, input))
  return digest.digest('hex')
}

const stampOf = (step) => join(root, '.cache', `${step}.stamp`)

/** Whether a stamp says that the step was done for the same inputs, and what it made is there. */
function isCurrent(step) {
  const known = existsSync(stampOf(step)) ? readFileSync(stampOf(step), 'utf8') : ''
  return known === digestOf(step) && steps[step].outputs.every((output) => existsSync(join(root, output)))
}

function unlessCurrent(step, work) {
  if (!isCurrent(step)) perform(step, work)
}

function perform(step, work) {
  const digest = digestOf(step)
  work()
  mkdirSync(dirname(stampOf(step)), { recursive: true })
  writeFileSync(stampOf(step), digest)
}

function hashInto(digest, path) {
  if (!existsSync(path)) return
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) {
      if (name !== 'node_modules' && name !== 'dist') hashInto(digest, join(path, name))
    }
    return
  }
  // Relative, so that a copy of the tree is as current as the tree itself.
  digest.update(relative(root, path)).update(readFileSync(path))
}

const hasPages = () => existsSync(join(root, 'web', 'vite.config.ts'))

/**
 * Dependencies as the lock file says: all of them, or with `production` those that run, where nothing is left to build
 * (a tree that came with an up-to-date dist and .cache). A full installation serves production too, and is kept.
 */
export function install({ production = false } = {}) {
  const isLean = production && isCurrent('build') && (!hasPages() || isCurrent('web'))
  // A production installation lacks the compiler, so it is none for those who build.
  const hasAll = existsSync(join(root, 'node_modules', 'typescript'))
  if (isCurrent('install') && (isLean || hasAll)) return
  perform('install', () => {
    process.stdout.write('Installing packages (a minute or two, once)...\n')
    // Said either way, for npm itself goes by NODE_ENV. npm on Windows is a script that only a shell can start.
    const kinds = isLean ? '--omit=dev' : '--include=dev'
    run('npm', ['ci', kinds, '--no-audit', '--no-fund', '--loglevel=error'], {
      shell: process.platform === 'win32',
      // Its install script would fetch what only graphics cards need.
      env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    })
  })
}

/** Whether dist/ holds what the sources say. */
export const isBuilt = () => isCurrent('build')

/** TypeScript to dist/, and the pages when there are any. */
export function build() {
  unlessCurrent('build', () => {
    process.stdout.write('Building...\n')
    // A module that moved would otherwise stay where it was, and go into the package.
    rmSync(join(root, 'dist'), { recursive: true, force: true })
    runNode(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'])
  })
  if (!hasPages()) return
  unlessCurrent('web', () => {
    runNode(['node_modules/vite/bin/vite.js', 'build', 'web', '--logLevel', 'warn'])
  })
}

/** Third-party weights to ONNX, and the checksums of our own nets. */
export function compileModels() {
  const compile = () => runNode(['dist/cli.js', 'models', 'build'])
  // A folder of the operator's own has no stamp: the command itself finds what is there.
  if (process.env.LIVEFACE_MODELS_DIR) compile()
  else unlessCurrent('models', compile)
}
