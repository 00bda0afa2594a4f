/**
 * What a start installs. Hides: npm, the compiler and the net compiler, which are programs that note that they ran; the
 * scripts are the real ones, in a tree of their own.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'

const directory = mkdtempSync(join(tmpdir(), 'liveface-setup-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const tree = join(directory, 'tree')
const log = join(directory, 'log')

function put(path: string, text: string, mode = 0o644) {
  mkdirSync(dirname(join(directory, path)), { recursive: true })
  writeFileSync(join(directory, path), text, { mode })
}

/** Runs `npm start` in the tree and gives what ran, in order. */
function start(settings: NodeJS.ProcessEnv): string[] {
  rmSync(log, { force: true })
  const { status, stderr } = spawnSync(process.execPath, ['scripts/start.mjs'], {
    cwd: tree,
    env: {
      ...process.env,
      ...settings,
      LOG: log,
      PATH: `${join(directory, 'bin')}${delimiter}${process.env.PATH}`,
    },
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
}

const notes = (text: string) =>
  `require('node:fs').appendFileSync(process.env.LOG, ${JSON.stringify(`${text}\n`)})`

beforeEach(() => {
  rmSync(tree, { recursive: true, force: true })
  cpSync('scripts', join(tree, 'scripts'), { recursive: true })
  for (const name of ['package.json', 'package-lock.json']) put(`tree/${name}`, '{}')
  put('tree/src/cli.ts', '')
  // Like npm's, it begins with an empty folder, and brings the compiler unless it is told not to.
  put(
    'compiler.js',
    `${notes('compile')}; require('node:fs').mkdirSync('dist', { recursive: true })
    require('node:fs').writeFileSync('dist/cli.js', ${JSON.stringify(
      `if (process.argv[2] === 'models') require('node:fs').mkdirSync('.cache/models'); else ${notes('serve')}`,
    )})`,
  )
  put(
    'bin/npm',
    `#!/bin/sh
echo "npm $1 $2" >>"$LOG"
rm -rf node_modules
mkdir -p node_modules/fastify
[ "$2" = --omit=dev ] || { mkdir -p node_modules/typescript/bin && cp ../compiler.js node_modules/typescript/bin/tsc; }
`,
    0o755,
  )
})

const production = { LIVEFACE_PRODUCTION: 'true', NODE_ENV: 'production' }
const deploy = () => rmSync(join(tree, 'node_modules'), { recursive: true })

describe.skipIf(process.platform === 'win32')('a start', () => {
  it.each([{}, production])(
    'of a fresh clone installs everything, builds, and does neither again: %o',
    (settings) => {
      expect(start(settings)).toEqual(['npm ci --include=dev', 'compile', 'serve'])
      expect(start(settings)).toEqual(['serve'])
    },
  )

  it('of changed sources leaves nothing of what earlier ones were compiled to', () => {
    start({})
    put('tree/dist/moved.js', '')
    put('tree/src/cli.ts', 'changed')
    expect(start({})).toEqual(['compile', 'serve'])
    expect(existsSync(join(tree, 'dist/moved.js'))).toBe(false)
  })

  it('in production of a tree that came built installs what runs', () => {
    start({})
    deploy()
    expect(start(production)).toEqual(['npm ci --omit=dev', 'serve'])
    expect(start(production)).toEqual(['serve'])
  })

  it('in production of sources newer than what is built installs everything and builds', () => {
    start({})
    deploy()
    start(production)
    put('tree/src/cli.ts', 'changed')
    expect(start(production)).toEqual(['npm ci --include=dev', 'compile', 'serve'])
  })

  it('without production mode installs everything where only what runs was installed', () => {
    start({})
    deploy()
    start(production)
    expect(start({})).toEqual(['npm ci --include=dev', 'serve'])
  })
})
