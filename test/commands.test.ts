import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../src/database/index.ts'
import { livenessAnswer } from '../src/dialects/cashfree/schemas.ts'
import { portrait, samplePhotograph } from './support/pictures.ts'
import { program } from './support/program.ts'

let folder: string
let environment: NodeJS.ProcessEnv
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liveface-commands-'))
  environment = {
    ...process.env,
    LIVEFACE_DATA_DIR: join(folder, 'data'),
    LIVEFACE_WORKERS: '1',
    LIVEFACE_LOG_LEVEL: 'silent',
    PORT: '0',
  }
  writeFileSync(join(folder, 'a.jpg'), await portrait('personA'))
  writeFileSync(join(folder, 'c.jpg'), await portrait('personC'))
  writeFileSync(join(folder, 'group.jpg'), samplePhotograph(6))
  writeFileSync(join(folder, 'not-a-picture.jpg'), 'hello')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** @param args those of the command; the last may be settings beside the file's own */
function liveface(...args: [...string[], string | NodeJS.ProcessEnv]) {
  const own = args.filter((argument) => typeof argument === 'object')
  const words = args.filter((argument) => typeof argument === 'string')
  const { status, stdout, stderr } = spawnSync(process.execPath, [...program, ...words], {
    env: Object.assign({}, environment, ...own),
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

describe('liveface keys', () => {
  it('creates, lists and revokes, and shows a secret only once', () => {
    const created = liveface('keys', 'create', '--dialect', 'cashfree', '--env', 'production', '--json')
    expect(created.status).toBe(0)
    const key = JSON.parse(created.stdout) as { id: string; headers: Record<string, string> }
    expect(Object.keys(key.headers)).toEqual(['x-client-id', 'x-client-secret'])
    expect(key.headers['x-client-secret']).toMatch(/^cfsk_ma_prod_/)

    const listed = liveface('keys', 'list', '--json')
    expect(listed.stdout).toContain(key.id)
    expect(listed.stdout).not.toContain(key.headers['x-client-secret'])

    expect(liveface('keys', 'revoke', key.id).status).toBe(0)
    expect(liveface('keys', 'revoke', key.id).status).toBe(2)
    expect(JSON.parse(liveface('keys', 'list', '--json').stdout)).toMatchObject([
      { revokedAt: expect.any(Number) },
    ])
  })

  it('keeps the hosts that picture URLs of a client may name', async () => {
    const created = liveface(
      'keys',
      'create',
      '--dialect',
      'indiconnect',
      '--url-host',
      'a.example',
      '*.b.example',
      '--json',
    )
    const { client } = JSON.parse(created.stdout) as { client: string }
    const db = await openDatabase({ file: join(folder, 'data', 'liveface.db') })
    const row = await db.selectFrom('clients').select('settings').where('id', '=', client).executeTakeFirst()
    await db.destroy()
    expect(JSON.parse(row?.settings ?? '{}')).toMatchObject({ urlHosts: ['a.example', '*.b.example'] })
  })

  it('refuses an unknown dialect with exit code 2', () => {
    const { status, stderr } = liveface('keys', 'create', '--dialect', 'nobody')
    expect(status).toBe(2)
    expect(stderr).toContain('cashfree')
  })
})

it('a command whose reader goes away ends without a word', async () => {
  const child = spawn(process.execPath, [...program, '--help'], { env: environment })
  // Long before the program has started, so that its first word finds nobody.
  child.stdout.destroy()
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const status = await new Promise((resolve) => child.on('close', resolve))
  expect({ status, said }).toEqual({ status: 0, said: '' })
})

describe('liveface check', () => {
  it('prints a table and draws the picture', () => {
    const target = join(folder, 'drawn.png')
    const { status, stdout } = liveface('check', join(folder, 'a.jpg'), '--draw', target)
    expect([0, 1]).toContain(status)
    expect(stdout).toMatch(/picture\s+verdict\s+liveness/)
    expect(readFileSync(target).subarray(1, 4).toString()).toBe('PNG')
  })

  it('draws what the pixel limit lets it check, and nothing larger', async () => {
    const large = mkdtempSync(join(tmpdir(), 'liveface-large-'))
    onTestFinished(() => rmSync(large, { recursive: true }))
    const [picture, target] = [join(large, 'white.png'), join(large, 'drawn.png')]
    const size = { width: 7200, height: 7200, channels: 3, background: '#fff' } as const
    writeFileSync(picture, await sharp({ create: size }).png().toBuffer())
    const check = (pixels: number) =>
      liveface('check', picture, '--draw', target, { LIVEFACE_PIXEL_LIMIT: String(pixels) })

    expect(check(7200 * 7200 - 1)).toMatchObject({ status: 2, stdout: expect.stringContaining('pixels') })
    expect(existsSync(target)).toBe(false)
    // Above the default: whoever raised it for checks raised it for drawing.
    expect(check(7200 * 7200)).toMatchObject({ status: 1 })
    expect((await sharp(target).metadata()).width).toBe(1600)
  })

  it('prints JSON without template or mesh, a line per picture, and 2 for one that cannot be read', () => {
    const { status, stdout } = liveface('check', folder, '--json')
    const lines = stdout.trim().split('\n')
    const results = lines.map(
      (line) =>
        JSON.parse(line) as { file: string; error: string | null; report: { subject: object | null } | null },
    )
    expect(status).toBe(2)
    expect(results.filter((result) => result.error).map((result) => result.file)).toEqual([
      join(folder, 'not-a-picture.jpg'),
    ])
    const subjects = results.flatMap((result) => result.report?.subject ?? [])
    expect(subjects.length).toBeGreaterThan(0)
    for (const subject of subjects) {
      expect(subject).toHaveProperty('pose')
      expect(subject).not.toHaveProperty('template')
      expect(subject).not.toHaveProperty('mesh')
    }
  })

  it('says so when there is no such file', () => {
    const { status, stderr } = liveface('check', join(folder, 'absent.jpg'))
    expect(status).toBe(2)
    expect(stderr).toContain('absent.jpg')
  })
})

describe('liveface match', () => {
  it.each([
    ['the same person', 'a.jpg', 0, 'same'],
    ['another person', 'c.jpg', 1, 'different'],
    ['several people', 'group.jpg', 1, 'several_faces'],
  ])('%s', (_name, file, code, outcome) => {
    const { status, stdout } = liveface('match', join(folder, 'a.jpg'), join(folder, file), '--json')
    expect(JSON.parse(stdout)).toMatchObject({ verdict: { outcome } })
    expect(status).toBe(code)
  })
})

describe('liveface serve', () => {
  let child: ChildProcess | undefined
  afterEach(() => child?.kill('SIGKILL'))

  /** Starts the server and waits for its first line. */
  async function serve(): Promise<{ url: string; output: () => string; ended: Promise<number | null> }> {
    const env = { ...environment, LIVEFACE_DATA_DIR: join(folder, 'first-start') }
    const server = spawn(process.execPath, [...program, 'serve'], { env })
    child = server
    let output = ''
    const ended = new Promise<number | null>((resolve) => server.on('exit', resolve))
    const url = await new Promise<string>((resolve, reject) => {
      server.stdout.on('data', (chunk: Buffer) => {
        output += chunk
        const match = /listens on (\S+)/.exec(output)
        if (match?.[1]) resolve(match[1])
      })
      server.stderr.on('data', (chunk: Buffer) => {
        output += chunk
      })
      server.on('exit', () => reject(new Error(output)))
    })
    return { url, output: () => output, ended }
  }

  it('prints credentials and a curl line that works, once; finishes a request that SIGTERM finds in flight', async () => {
    const first = await serve()
    await expect.poll(first.output).toContain('Cashfree')
    const line = /curl -s \S*face-liveness.*/.exec(first.output())?.[0] ?? ''
    // Asynchronously, because the server must get the signal while curl waits for it.
    const curl = spawn('sh', ['-c', line])
    let answer = ''
    curl.stdout.on('data', (chunk: Buffer) => {
      answer += chunk
    })
    const curled = new Promise((resolve) => curl.on('exit', resolve))
    const isUnderWay = async () => {
      const metrics = await (await fetch(`${first.url}/metrics`)).text()
      return answer !== '' || /^liveface_requests_under_way 1$/m.test(metrics)
    }
    await expect.poll(isUnderWay, { interval: 5 }).toBe(true)
    child?.kill('SIGTERM')
    await curled
    expect(livenessAnswer.parse(JSON.parse(answer)).verification_id).toMatch(/^first_/)
    expect(await first.ended).toBe(0)

    const second = await serve()
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(second.output()).not.toContain('x-client-secret')
    child?.kill('SIGTERM')
    expect(await second.ended).toBe(0)
    expect(existsSync(join(folder, 'first-start', 'liveface.db'))).toBe(true)
  })
})

describe('liveface doctor', () => {
  it('finds nothing wrong with a working installation', () => {
    const { status, stdout } = liveface('doctor')
    expect(stdout).toMatch(/ok\s+models and inference/)
    expect(status).toBe(0)
  })

  it.skipIf(process.platform === 'win32')('names files that others may read', () => {
    const file = join(environment.LIVEFACE_DATA_DIR!, 'liveface.db')
    chmodSync(file, 0o644)
    const { status, stdout } = liveface('doctor')
    chmodSync(file, 0o600)
    expect(stdout).toContain(`Other users of this machine may read ${file}`)
    expect(status).toBe(2)
  })

  it('names a setting that cannot be used', () => {
    const { status, stderr } = spawnSync(process.execPath, [...program, 'doctor'], {
      env: { ...environment, PORT: 'eighty' },
      encoding: 'utf8',
    })
    expect(status).toBe(2)
    expect(stderr).toContain('PORT')
  })
})
