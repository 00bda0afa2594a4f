/** What becomes of requests whose worker dies or hangs, and of a server whose models are missing or damaged. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from '../src/engine/index.ts'
import { defaultModelsDirectory } from '../src/engine/models/files.ts'
import type { Engine } from '../src/engine/types.ts'
import {
  type DialectName,
  dialectNames,
  type EveryDialect,
  startEveryDialect,
} from './support/every-dialect.ts'
import { type NativeFault, plantNativeFaults, withFault } from './support/faults/index.ts'
import { patience } from './support/patience.ts'
import { samplePhotograph } from './support/pictures.ts'
import { program } from './support/program.ts'

/** The dialects' own answers when a picture could not be analysed. */
const ownFailures: Record<DialectName, { status: number; body: object }> = {
  cashfree: {
    status: 500,
    body: {
      type: 'internal_error',
      code: 'request_failed',
      message: 'Unable to process your request. Try again after some time',
    },
  },
  didit: { status: 500, body: { detail: 'Internal server error.' } },
  indiconnect: { status: 200, body: { data: { verify: { result: { status_code: 108, is_live: null } } } } },
  liveface: { status: 500, body: { status: 500, code: 'internal' } },
  verifyhq: { status: 500, body: { statusCode: 500, message: 'Internal server error' } },
}

const planted = plantNativeFaults()

describe.skipIf(!planted)('a server with the real engine, in which a picture makes native code', () => {
  const environment = { ...process.env }
  let engine: Engine
  let calls: EveryDialect
  let portrait: Buffer

  const allReady = (restarts: number) =>
    expect.poll(() => engine.stats()).toMatchObject({ workers: 2, queued: 0, restarts })

  beforeAll(async () => {
    portrait = await sharp(samplePhotograph(6))
      .extract({ left: 210, top: 340, width: 400, height: 400 })
      // Small: IndiConnect's picture server finds it in the URL.
      .resize(240)
      .jpeg({ quality: 70 })
      .toBuffer()
    Object.assign(process.env, planted)
    // The time is far above what a picture takes on a machine ten times slower, so that only the loop exceeds it.
    engine = await createEngine({ workers: 2, timeoutMs: 8000, memoryLimit: 2 ** 30 })
    calls = await startEveryDialect({
      engine,
      settings: { LIVEFACE_QUEUE_WAIT_MS: '600000', LIVEFACE_FETCH_TIMEOUT_MS: '30000' },
    })
  })
  afterAll(async () => {
    await calls.stop()
    process.env = environment
  })

  // Each dialect with one fault, each fault with one dialect.
  it.each<[NativeFault, DialectName]>([
    ['segfault', 'cashfree'],
    ['segfault', 'didit'],
    ['segfault', 'indiconnect'],
    ['segfault', 'liveface'],
    ['segfault', 'verifyhq'],
    ['abort', 'didit'],
    ['loop', 'cashfree'],
    ['hoard', 'verifyhq'],
  ])('%s answers the %s call in its own words, the others as ever', async (fault, name) => {
    const { restarts } = engine.stats()
    const harmful = withFault(portrait, fault, name)
    const [failed, ...others] = await Promise.all([
      calls[name](`${fault}-${name}`, { picture: harmful }),
      ...dialectNames.map((other) => calls[other](undefined, { picture: portrait })),
    ])
    expect(failed).toMatchObject(ownFailures[name])
    for (const { status, body } of others) {
      expect(status).toBeLessThan(500)
      expect(body.data?.verify.result.status_code ?? 101).toBe(101)
    }
    await allReady(restarts + 1)
    // Nothing is held by the call that failed: its id is free, and the next call has a worker.
    expect((await calls[name](`${fault}-${name}`, { picture: portrait })).status).toBeLessThan(500)
  })

  it('abort twice refuses the picture before it ends a third worker', async () => {
    const harmful = withFault(portrait, 'abort', 'again')
    const { restarts } = engine.stats()
    const statuses: number[] = []
    for (const ended of [1, 2, 2]) {
      statuses.push((await calls.cashfree(undefined, { picture: harmful })).status)
      await allReady(restarts + ended)
    }
    expect(statuses).toEqual([500, 500, 400])
  })
})

it.skipIf(!planted)('a server that stops does not wait for native code beyond the grace period', async () => {
  const environment = { ...process.env }
  Object.assign(process.env, planted)
  const engine = await createEngine({ workers: 1, timeoutMs: 600_000 })
  process.env = environment
  const calls = await startEveryDialect({ engine, settings: { LIVEFACE_GRACE_MS: '200' } })
  const portrait = await sharp(samplePhotograph(6)).extract({ left: 210, top: 340, width: 400, height: 400 })
  const picture = withFault(await portrait.jpeg().toBuffer(), 'loop')
  const answer = calls.cashfree(undefined, { picture })
  await expect.poll(() => calls.server.services.admission.stats().underWay).toBe(1)
  await calls.stop()
  expect((await answer).status).toBe(500)
})

describe('models', () => {
  const root = mkdtempSync(join(tmpdir(), 'liveface-models-'))
  const own = readdirSync('models').filter((name) => name.endsWith('.onnx'))
  const models = join(root, 'models')
  const entry = relative('.', program.at(-1)!)
  const code = dirname(entry)
  beforeAll(() => {
    // A copy of the package, because the nets that belong to it are looked for beside its code.
    for (const name of [code, 'package.json', 'models', 'tsconfig.json'])
      cpSync(name, join(root, name), { recursive: true })
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'))
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  function serve() {
    const copy = [...program.slice(0, -1), join(root, entry)]
    const { status, stderr } = spawnSync(process.execPath, [...copy, 'serve'], {
      cwd: root,
      env: {
        ...process.env,
        LIVEFACE_DATA_DIR: join(root, 'data'),
        LIVEFACE_MODELS_DIR: defaultModelsDirectory(),
        LIVEFACE_WORKERS: '1',
        PORT: '0',
      },
      encoding: 'utf8',
      timeout: patience.poll,
    })
    return { status, stderr }
  }

  it('that are damaged stop the start with a sentence that names the file', () => {
    const path = join(models, own[0]!)
    const bytes = readFileSync(path)
    bytes[bytes.length >> 1]! ^= 1
    writeFileSync(path, bytes)
    const { status, stderr } = serve()
    expect(status).toBe(2)
    expect(stderr).toContain('A model file does not have the recorded checksum.')
    expect(stderr).toContain(path)
  })

  it('that are missing do so too', () => {
    const path = join(models, own[0]!)
    rmSync(path)
    const { status, stderr } = serve()
    expect(status).toBe(2)
    expect(stderr).toContain('A model file is missing.')
    expect(stderr).toContain(path)
  })
})
