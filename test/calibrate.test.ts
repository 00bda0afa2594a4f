/** A stub engine, also in place of the one that commands start, hides how scores come about; test/eval.test.ts has the real one. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createClients } from '../src/access/clients.ts'
import { openMasterKey } from '../src/access/master-key.ts'
import { calibrateCommand } from '../src/commands/calibrate.ts'
import { evalCommand } from '../src/commands/eval.ts'
import { type Database, openDatabase } from '../src/database/index.ts'
import { minCaptures } from '../src/decisions/calibration.ts'
import { createAudit } from '../src/records/audit.ts'
import { actedPhoto, analyseAct } from './support/acted-photo.ts'
import {
  type DialectName,
  dialectNames,
  type EveryDialect,
  startEveryDialect,
} from './support/every-dialect.ts'
import { form } from './support/form.ts'
import { runCommand } from './support/run-command.ts'
import { stubEngine } from './support/stub-engine.ts'
import type { OpenSession } from './support/verifyhq.ts'

vi.mock(import('../src/engine/index.ts'), async (original) => ({
  ...(await original()),
  createEngine: async () => stubEngine({ analyse: analyseAct }),
}))

const calibration = { offset: 2, captures: minCaptures, fittedAt: '2026-01-01T00:00:00.000Z' }

describe('a calibrated client', () => {
  let calls: EveryDialect
  beforeAll(async () => {
    calls = await startEveryDialect({ engine: stubEngine({ analyse: analyseAct }) })
  })
  afterAll(() => calls.stop())

  const clientOf = async (name: DialectName) => (await calls.server.services.clients.list(name))[0]!

  /** What each vendor says of a picture that the nets give 0.4. */
  const isLive: Record<DialectName, () => Promise<boolean>> = {
    cashfree: async () => (await ask('cashfree')).liveness,
    didit: async () => (await ask('didit')).liveness.score > 50,
    indiconnect: async () => (await ask('indiconnect')).data.verify.result.is_live,
    liveface: async () => (await ask('liveface')).verdict === 'pass',
    async verifyhq() {
      const post = async (path: string, body: FormData | string) => {
        const type = typeof body === 'string' ? { 'content-type': 'application/json' } : {}
        const headers = { ...calls.headers.verifyhq, ...type }
        const url = `${calls.server.url}/v1/verifications/liveness/${path}`
        return (await fetch(url, { method: 'POST', headers, body })).json()
      }
      const opened = await post('session', JSON.stringify({ userId: 'somebody' }))
      const { sessionToken, challenges } = opened as OpenSession
      for (const { id, type } of challenges) {
        const photo = actedPhoto({ gesture: type, liveness: 0.4 })
        await post('challenge', form({ sessionToken, challengeId: id, photo }))
      }
      const { id } = await clientOf('verifyhq')
      return (await calls.server.services.challenges.find(id, sessionToken))!.verdict!.isAlive
    },
  }

  async function ask(name: DialectName) {
    const { status, body } = await calls[name](undefined, { picture: actedPhoto({ liveness: 0.4 }) })
    expect(status).toBeLessThan(300)
    return body
  }

  it.each(dialectNames)('of %s gets answers by its own cameras, from the next call on', async (name) => {
    const { id } = await clientOf(name)
    expect(await isLive[name]()).toBe(false)
    await calls.server.services.clients.update(id, { livenessCalibrations: [calibration] })
    expect(await isLive[name]()).toBe(true)
    await calls.server.services.clients.update(id, { livenessCalibrations: [] })
    expect(await isLive[name]()).toBe(false)
  })
})

/** The lines of the guide that begin with a command, in its order; those of `models` are tried by added-nets.test.ts. */
const guide = readFileSync('docs/guides/own-cameras.md', 'utf8')
  .split('\n')
  .flatMap((line) => /^ {4}npx liveface ((?:eval|calibrate) .*)$/.exec(line)?.[1] ?? [])

describe('the guide of one’s own cameras', () => {
  let folder: string
  let client: string
  /** What each line of the guide printed. */
  const printed = new Map<string, string>()

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'liveface-calibrate-'))
    for (const [name, value] of Object.entries({ DATA_DIR: folder, DATABASE_URL: '', MASTER_KEY: '' })) {
      vi.stubEnv(`LIVEFACE_${name}`, value)
    }
    for (let index = 0; index < minCaptures; index++) {
      put(`captures/live/ann/${index}.jpg`, actedPhoto({ liveness: 0.3 + index / 100 }))
    }
    put('captures/attack/print/ann/1.jpg', actedPhoto({ liveness: 0.2 }))
    put('people/ann/1.jpg', actedPhoto({ person: 1 }))
    put('people/ann/2.jpg', actedPhoto({ person: 1 }))
    put('people/bob/1.jpg', actedPhoto({ person: 2 }))
    client = await withRecords(async ({ clients }) => {
      const made = await clients.create({ dialect: 'didit', environment: 'production', name: 'test' })
      return made.id
    })
    for (const line of guide) {
      const { stdout, error } = await run(...line.split(' '))
      expect(error).toBeNull()
      printed.set(line, stdout)
    }
  })
  afterAll(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true, force: true })
  })

  function put(path: string, content: Buffer): void {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), content)
  }

  /** Its folders lie in this test's, and its client is this test's. */
  function run(...args: string[]) {
    const isFolder = (arg: string) => /^(captures|people|report|report-match)(\/|$)/.test(arg)
    const real = args.map((arg) => (isFolder(arg) ? join(folder, arg) : arg === 'CLIENT' ? client : arg))
    return runCommand([calibrateCommand(), evalCommand()], real)
  }

  async function withRecords<T>(work: (records: ReturnType<typeof recordsOf>) => Promise<T>): Promise<T> {
    const database = await openDatabase({ file: join(folder, 'liveface.db') })
    try {
      return await work(recordsOf(database))
    } finally {
      await database.destroy()
    }
  }

  function recordsOf(database: Database) {
    const masterKey = openMasterKey(folder)
    const audit = createAudit(database, masterKey)
    return { audit, clients: createClients(database, masterKey, Date.now, audit.append) }
  }

  const calibrations = () =>
    withRecords(async ({ clients }) => (await clients.find(client))!.settings.livenessCalibrations)

  it('measures before and after', () => {
    expect(printed.get('eval pad captures --to report')).toMatch(/live: BPCER +50 +40\.0 %/)
    expect(printed.get('eval match people --to report-match')).toMatch(/two people: FMR +2 +0\.0 %/)
    expect(existsSync(join(folder, 'report/report.html'))).toBe(true)
    expect(printed.get('eval pad captures --client CLIENT')).toMatch(/live: BPCER +50 +1\d\.0 %/)
  })

  it('shows an offset before it is stored', () => {
    expect(printed.get('calibrate captures')).toContain('Nothing was stored')
    expect(printed.get('calibrate captures --client CLIENT')).toMatch(/20 of 50 as measured, \d of 50 moved/)
  })

  it('ends with the calibration before it, and rows of the audit log', async () => {
    expect(printed.get('calibrate --client CLIENT --undo')).toContain('moved by 0.00 log-odds again')
    expect(await calibrations()).toEqual([])
    const rows = await withRecords(({ audit }) => audit.list({ clientId: client, limit: 2 }))
    expect(rows).toMatchObject([
      { action: 'client.changed', details: { settings: ['livenessCalibrations'], livenessOffset: 0 } },
      { action: 'client.changed', details: { livenessOffset: expect.closeTo(0.6, 0) } },
    ])
    expect((await run('calibrate', '--client', client, '--undo')).stderr).toContain('has no calibration')
  })

  it('names what is missing: captures, a client, or what to undo', async () => {
    expect((await run('calibrate', 'people')).stderr).toContain('at least 50 bona fide captures')
    expect((await run('calibrate', '--client', 'nobody', '--undo')).stderr).toContain('no client nobody')
    expect((await run('calibrate', 'captures', '--client', client, '--undo')).stderr).toContain('no folder')
  })
})
