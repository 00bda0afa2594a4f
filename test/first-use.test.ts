/** The first minutes with a server: real engine, real sockets, the lines that are printed run in a shell. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../src/config/index.ts'
import { version } from '../src/version.ts'
import { form } from './support/form.ts'
import { program } from './support/program.ts'

const run = promisify(execFile)

let folder: string
let child: ChildProcess
let log = ''
let printed = ''
let url = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liveface-first-use-'))
  child = spawn(process.execPath, [...program, 'serve'], {
    env: { ...process.env, LIVEFACE_DATA_DIR: join(folder, 'data'), LIVEFACE_WORKERS: '1', PORT: '0' },
  })
  child.stdout!.on('data', (chunk: Buffer) => {
    log += chunk
  })
  child.stderr!.on('data', (chunk: Buffer) => {
    printed += chunk
  })
  while (!printed.includes('To start over')) {
    if (child.exitCode !== null) throw new Error(printed)
    await sleep(100)
  }
  url = /listens on (\S+)/.exec(log)![1]!
})
afterAll(() => {
  child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

describe('the first start', () => {
  it('says version, mode, folder and address, to people and in the log', async () => {
    expect(printed).toContain(
      `Liveface ${version}, development mode, SQLite, data in ${join(folder, 'data')}`,
    )
    // Another thread writes the log, after the line that people wait for.
    await expect.poll(() => log).toMatch(/"started".*\n/)
    const started = log.split('\n').find((line) => line.includes('"started"'))
    expect(JSON.parse(started!)).toMatchObject({
      version,
      mode: 'development',
      data: join(folder, 'data'),
      url,
    })
  })

  it('writes no credential where the log goes', () => {
    const secrets = [...printed.matchAll(/^ {2}[\w-]+: (\S+.*)$/gm)].map(([, value]) => value!)
    expect(secrets.length).toBeGreaterThanOrEqual(7)
    for (const secret of secrets.filter((value) => !value.startsWith('verification_'))) {
      expect(log).not.toContain(secret)
    }
  })

  it.each([
    ['Cashfree', /^ {2}(curl .*\/verification\/face-liveness.*)$/m],
    ['Didit', /^ {2}(curl .*\/v3\/passive-liveness\/.*)$/m],
    ['IndiConnect', /^ {2}(curl .*\/idverifygr\/.*)$/m],
    ['VerifyHQ', /^ {2}(SESSION=.*)$/m],
  ])('prints a line for %s that judges the woman in its picture, over no network', async (name, pattern) => {
    const { stdout } = await run('sh', ['-c', pattern.exec(printed)![1]!])
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const [first, second] = answers
    switch (name) {
      case 'Cashfree':
        return expect(first).toMatchObject({ status: 'SUCCESS', liveness: true, gender: { value: 'FEMALE' } })
      case 'Didit':
        return expect(first.liveness).toMatchObject({
          status: 'Approved',
          user_image: { entities: [{ gender: 'female' }] },
        })
      case 'IndiConnect':
        return expect(first.data.verify.result).toMatchObject({ status_code: 101, is_live: true })
      default:
        expect(first).toMatchObject({ status: 'IN_PROGRESS', challenges: expect.any(Array) })
        expect(second.captureUrl).toContain(`${url}/capture/`)
        return expect((await fetch(second.captureUrl)).headers.get('content-type')).toContain('text/html')
    }
  })

  it('shows the picture, which a client that may name other hosts only cannot have fetched', async () => {
    const shown = await fetch(`${url}/example/selfie.jpg`)
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    const created = liveface([
      'keys',
      'create',
      '--dialect',
      'indiconnect',
      '--url-host',
      'a.example',
      '--json',
    ])
    const { headers } = JSON.parse(created.stdout) as { headers: Record<string, string> }
    const query = `mutation { verify(input: { documentType: "Face Liveness Passive" url: "${url}/example/selfie.jpg" }) { result { ... on LivenessDetectionResult { status_code } } } }`
    const answer = await fetch(`${url}/idverifygr/verification`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
    expect(await answer.json()).toEqual({ data: { verify: { result: { status_code: 103 } } } })
  })
})

describe('liveface checks show', () => {
  it('prints the answer that a caller lost, and says when there is none', async () => {
    const created = liveface(['keys', 'create', '--dialect', 'cashfree', '--json'])
    const { client, headers } = JSON.parse(created.stdout) as {
      client: string
      headers: Record<string, string>
    }
    const picture = Buffer.from(await (await fetch(`${url}/example/selfie.jpg`)).arrayBuffer())
    const send = async () => {
      const body = form({ verification_id: 'lost-1', image: picture })
      const response = await fetch(`${url}/verification/face-liveness`, { method: 'POST', headers, body })
      return { status: response.status, answer: (await response.json()) as unknown }
    }
    const { answer } = await send()
    expect(await send()).toMatchObject({ status: 409, answer: { code: 'verification_id_already_exists' } })
    const shown = liveface(['checks', 'show', '--client', client, '--external-id', 'lost-1'])
    expect([shown.status, JSON.parse(shown.stdout)]).toMatchObject([
      0,
      { client, dialect: 'cashfree', operation: 'face-liveness', state: 'done', status: 'SUCCESS', answer },
    ])
    expect(liveface(['checks', 'show', '--client', client, '--external-id', 'lost-2']).status).toBe(1)
  })
})

/** @param cwd where the command is run; without `data` in the environment it looks for its records there */
function liveface(args: string[], { cwd = resolve('.'), data = join(folder, 'data') as string | null } = {}) {
  const { LIVEFACE_DATA_DIR: _unset, ...env } = process.env
  return spawnSync(process.execPath, [...program, ...args], {
    cwd,
    env: { ...env, LIVEFACE_LOG_LEVEL: 'silent', ...(data ? { LIVEFACE_DATA_DIR: data } : {}) },
    encoding: 'utf8',
  })
}

describe('a command in a folder without records', () => {
  it.each([
    ['keys create', ['keys', 'create', '--dialect', 'cashfree']],
    ['keys list', ['keys', 'list']],
    ['audit list', ['audit', 'list']],
    ['gallery list', ['gallery', 'list', '--client', 'x']],
  ])('%s makes none, and says where it looked', (name, args) => {
    const cwd = join(folder, name.replace(' ', '-'))
    mkdirSync(cwd)
    const { status, stdout, stderr } = liveface([...args], { cwd, data: null })
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`There is no database in ${join(cwd, 'data')}.`)
    expect(existsSync(join(cwd, 'data'))).toBe(false)
  })

  it('doctor makes none either, and finds it missing', () => {
    const data = join(folder, 'nothing')
    const { status, stdout } = liveface(['doctor'], { data })
    expect(status).toBe(2)
    expect(stdout).toMatch(new RegExp(`WRONG +data folder +There is no database in ${data}`))
    expect(existsSync(data)).toBe(false)
  })

  it('makes them in a folder that is named, and says so', () => {
    const data = join(folder, 'named')
    const { status, stdout, stderr } = liveface(['keys', 'create', '--dialect', 'cashfree', '--json'], {
      data,
    })
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toHaveProperty('headers')
    expect(stderr).toContain(`made a new database in ${data}`)
    expect(liveface(['keys', 'list'], { data }).stderr).toBe('')
  })
})

describe('LIVEFACE_TRUST_PROXY', () => {
  it.each(['true', 'false', '10.0.0.2', '10.0.0.0/8, ::1', 'loopback,fd00::/8', 'uniquelocal'])(
    '%s is taken',
    (text) => {
      expect(readConfig({ LIVEFACE_TRUST_PROXY: text }).listening.trustProxy).toBe(text)
    },
  )

  it.each(['foo', 'proxy.example', '10.0.0', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.2,', '1', 'loopback/8'])(
    '%s is named as what is wrong',
    (text) => {
      expect(() => readConfig({ LIVEFACE_TRUST_PROXY: text })).toThrow(
        /LIVEFACE_TRUST_PROXY: expected `true`.*10\.0\.0\.0\/8/,
      )
    },
  )
})
