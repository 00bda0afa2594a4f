/**
 * The npm package as a stranger meets it, real server and real engine. Hides: the installation of its dependencies,
 * which are linked from here at the lock file's versions instead of resolved from the registry, compiled ones included.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { version } from '../src/version.ts'
import { form } from './support/form.ts'
import { installPacked, linkPackages } from './support/packed.ts'
import { until } from './support/patience.ts'
import { portrait } from './support/pictures.ts'

let folder: string
let installed: string
let picture: Buffer
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liveface-package-'))
  installed = installPacked(folder)
  picture = await portrait('personC')
  writeFileSync(join(folder, 'picture.jpg'), picture)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: folder,
  LIVEFACE_DATA_DIR: join(folder, 'data'),
  LIVEFACE_WORKERS: '1',
  PORT: '0',
})

const program = () => join(installed, 'dist', 'cli.js')

function run(...args: string[]) {
  return spawnSync(process.execPath, args, { cwd: folder, env: environment(), encoding: 'utf8' })
}

describe('the package', () => {
  it('holds no tests, no sources and no tools of the project', () => {
    const unwanted = ['src/cli.ts', 'scripts', 'test', 'bench', 'training', 'web', 'tsconfig.json']
    expect(unwanted.filter((name) => existsSync(join(installed, name)))).toEqual([])
    expect(existsSync(join(folder, 'node_modules', 'typescript'))).toBe(false)
  })

  it.each([
    'README.md',
    'ARCHITECTURE.md',
    'SECURITY.md',
    'docs/README.md',
    'docs/guides/backup.md',
    'docs/guides/capture-element.md',
    'docs/guides/clients.md',
    'docs/guides/first-steps.md',
    'docs/guides/library.md',
    'docs/guides/monitoring.md',
    'docs/guides/own-cameras.md',
    'docs/guides/production.md',
    'docs/guides/several-servers.md',
    'docs/guides/tls.md',
    'docs/reference/errors.md',
    'docs/reference/load.md',
    'docs/reference/nets.md',
    'docs/speed.md',
  ])('brings every file that %s links to', (name) => {
    const text = readFileSync(join(installed, name), 'utf8')
    const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link]) => link!)
    const missing = links.filter(
      (link) => !link.startsWith('http') && !existsSync(resolve(installed, dirname(name), link)),
    )
    expect(missing).toEqual([])
  })
})

describe('its command', () => {
  it('checks a picture', () => {
    const { status, stdout, stderr } = run(program(), 'check', '--json', 'picture.jpg')
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ file: 'picture.jpg', error: null })
    expect(status).toBe(0)
  })

  describe('serve', () => {
    let server: ChildProcess
    let log = ''
    let url: string
    let headers: Record<string, string>
    beforeAll(async () => {
      const args = ['keys', 'create', '--dialect', 'cashfree', '--env', 'sandbox', '--json']
      headers = JSON.parse(run(program(), ...args).stdout).headers
      server = spawn(process.execPath, [program(), 'serve'], { cwd: folder, env: environment() })
      const take = (chunk: Buffer) => {
        log += chunk
      }
      server.stdout!.on('data', take)
      server.stderr!.on('data', take)
      const listening = () => /listens on (\S+)/.exec(log)?.[1]
      await until(
        () => listening() !== undefined || server.exitCode !== null,
        () => `A server that listens: ${log}`,
      )
      url = listening() ?? ''
    })
    afterAll(async () => {
      server.kill('SIGTERM')
      await until(() => server.exitCode !== null || server.signalCode !== null, 'The end of the server')
    })

    it('answers health checks and a call', async () => {
      expect((await fetch(`${url}/healthz`)).status).toBe(200)
      const response = await fetch(`${url}/verification/face-liveness`, {
        method: 'POST',
        headers,
        body: form({ verification_id: 'packed_1', image: picture }),
      })
      expect(await response.json()).toMatchObject({ verification_id: 'packed_1', status: 'SUCCESS' })
      expect(response.status).toBe(200)
    })

    it('serves the pages', async () => {
      expect(await (await fetch(`${url}/`)).text()).toContain('<script')
    })
  })

  it('finds nothing wrong with its installation', () => {
    const { status, stdout } = run(program(), 'doctor')
    expect(stdout).not.toContain('WRONG')
    expect(status).toBe(0)
  })

  it('says its version', () => {
    expect(run(program(), '--version').stdout.trim()).toBe(version)
  })
})

it('its library compiles against its types, and analyses a picture', () => {
  // A TypeScript project brings these two itself.
  linkPackages(folder, (_entry, place) => /^node_modules\/(@types\/node|undici-types)$/.test(place))
  writeFileSync(
    join(folder, 'program.ts'),
    `import { readFile } from 'node:fs/promises'
import { createEngine, type Engine, type FaceReport } from 'liveface/engine'

const engine: Engine = await createEngine({ workers: 1 })
const report = await engine.analyse(await readFile('picture.jpg'))
const subject: FaceReport['subject'] = report.subject
console.log(JSON.stringify({ liveness: subject?.liveness, yaw: subject?.pose.yaw }))
await engine.close()
// @ts-expect-error a picture is bytes, not the path of a file
export const wrong = () => engine.analyse('picture.jpg')
`,
  )
  const typescript = resolve('node_modules/typescript/bin/tsc')
  const strict = ['--strict', '--target', 'es2023', '--module', 'nodenext', '--types', 'node']
  const compiled = run(typescript, ...strict, '--skipLibCheck', 'false', 'program.ts')
  expect(compiled.stdout).toBe('')
  const { stdout, stderr } = run('program.js')
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toMatchObject({ liveness: expect.anything(), yaw: expect.any(Number) })
})
