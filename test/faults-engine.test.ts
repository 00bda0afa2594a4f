/** What becomes of requests whose worker dies or hangs, and of a server whose models are missing or damaged. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultCacheDirectory } from '../src/engine/models/compile.ts'
import { WorkerPool } from '../src/engine/pool.ts'
import { analyseAct } from './support/acted-photo.ts'
import {
  type DialectName,
  dialectNames,
  type EveryDialect,
  startEveryDialect,
} from './support/every-dialect.ts'
import type { ToyTask } from './support/pool-worker.ts'
import { stubEngine, stubReport } from './support/stub-engine.ts'

/** Long for a task of 5 ms on a busy machine, short for a test. */
const timeoutMs = 1500

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
  verifyhq: { status: 500, body: { statusCode: 500, message: 'Internal server error' } },
}

/** A picture by its look, and by what it does to the worker that takes it. */
const harmful = (what: 'hang' | 'exit') =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(what)])

describe('a server whose workers', () => {
  let pool: WorkerPool<ToyTask, unknown>
  let calls: EveryDialect
  beforeAll(async () => {
    pool = new WorkerPool<ToyTask, unknown>({
      file: new URL('./support/pool-worker.ts', import.meta.url),
      workerData: {},
      workers: 2,
      maxQueue: 64,
      timeoutMs,
    })
    await pool.prepare()
    const engine = stubEngine({
      // Real threads behind the stub: what is measured is made up, what happens to the thread is not.
      async analyse(picture) {
        const told = Buffer.from(picture).subarray(4).toString('latin1')
        await pool.run(told === 'hang' || told === 'exit' ? { kind: told } : { kind: 'sleep', ms: 5 })
        return told.startsWith('{') ? analyseAct(picture) : stubReport()
      },
    })
    calls = await startEveryDialect({ engine })
  })
  afterAll(async () => {
    await calls.stop()
    await pool.close()
  })

  for (const what of ['hang', 'exit'] as const) {
    it.each(dialectNames)(
      `${what} answers the %s call in its own words, the others as ever, and has new workers`,
      async (name) => {
        const { restarts } = pool.stats()
        const [failed, ...others] = await Promise.all([
          calls[name](`${what}-${name}`, { picture: harmful(what) }),
          ...dialectNames.map((other) => calls[other]()),
        ])
        expect(failed).toMatchObject(ownFailures[name])
        for (const { status, body } of others) {
          expect(status).toBeLessThan(300)
          expect(body.data?.verify.result.status_code ?? 101).toBe(101)
        }
        await expect
          .poll(() => pool.stats())
          .toMatchObject({
            workers: 2,
            queued: 0,
            restarts: restarts + 1,
          })
        // Nothing is held by the call that failed: its id is free, and the next call has a worker.
        expect((await calls[name](`${what}-${name}`)).status).toBeLessThan(300)
      },
    )
  }
})

describe('models', () => {
  const root = mkdtempSync(join(tmpdir(), 'liveface-models-'))
  const own = readdirSync('models').filter((name) => name.endsWith('.onnx'))
  const models = join(root, 'models')
  beforeAll(() => {
    // A copy of the package, because the nets that belong to it are looked for beside its code.
    for (const name of ['src', 'package.json', 'models', 'tsconfig.json'])
      cpSync(name, join(root, name), { recursive: true })
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'))
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  function serve() {
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'src/cli.ts', 'serve'], {
      cwd: root,
      env: {
        ...process.env,
        LIVEFACE_DATA_DIR: join(root, 'data'),
        LIVEFACE_MODELS_DIR: defaultCacheDirectory(),
        LIVEFACE_WORKERS: '1',
        PORT: '0',
      },
      encoding: 'utf8',
      timeout: 60_000,
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
