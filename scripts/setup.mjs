/** What `npm start` and `npm test` do first: install, build and compile what is missing or out of date. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
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

/** Does `work` unless a stamp says that it was done for the same inputs. */
function unlessCurrent(name, inputs, outputs, work) {
  const stamp = join(root, '.cache', `${name}.stamp`)
  const digest = createHash('sha256')
  for (const input of inputs) hashInto(digest, join(root, input))
  const current = digest.digest('hex')
  const known = existsSync(stamp) ? readFileSync(stamp, 'utf8') : ''
  if (known === current && outputs.every((output) => existsSync(join(root, output)))) return
  work()
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, current)
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

/** Dependencies as the lock file says. */
export function install() {
  unlessCurrent('install', ['package.json', 'package-lock.json', '.npmrc'], ['node_modules/fastify'], () => {
    process.stdout.write('Installing packages (a minute or two, once)...\n')
    // npm on Windows is a script that only a shell can start.
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      shell: process.platform === 'win32',
      // Its install script would fetch what only graphics cards need.
      env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    })
  })
}

/** TypeScript to dist/, and the pages when there are any. */
export function build() {
  const inputs = ['src', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json']
  unlessCurrent('build', inputs, ['dist/cli.js'], () => {
    process.stdout.write('Building...\n')
    runNode(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'])
  })
  if (existsSync(join(root, 'web', 'vite.config.ts'))) {
    unlessCurrent('web', ['web', 'src/engine/pose.ts', 'package-lock.json'], ['dist/web'], () => {
      runNode(['node_modules/vite/bin/vite.js', 'build', 'web', '--logLevel', 'warn'])
    })
  }
}

/** Third-party weights to ONNX, and the checksums of our own nets. */
export function compileModels() {
  const inputs = ['models', 'src/engine/models', 'package-lock.json']
  unlessCurrent('models', inputs, ['.cache/models'], () => {
    runNode(['dist/engine/models/build.js'])
  })
}
