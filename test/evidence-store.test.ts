/** Kept pictures in a real object store. The engine is a stub, which hides measuring; copies, rows and objects are real. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openMasterKey } from '../src/access/master-key.ts'
import { backupCommand } from '../src/commands/backup.ts'
import { evidenceCommand } from '../src/commands/evidence.ts'
import { restoreCommand } from '../src/commands/restore.ts'
import { readConfig } from '../src/config/index.ts'
import { createEvidence } from '../src/records/evidence.ts'
import { openEvidencePlace } from '../src/records/evidence-place.ts'
import { actedPhoto, analyseAct, greyJpeg } from './support/acted-photo.ts'
import { dialectNames, type EveryDialect, startEveryDialect } from './support/every-dialect.ts'
import { startObjectStore, type TestObjectStore } from './support/object-store.ts'
import { runCommand } from './support/run-command.ts'
import { startTestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

let store: TestObjectStore
let calls: EveryDialect
let scratch: string
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'liveface-evidence-store-'))
  store = await startObjectStore()
  calls = await startEveryDialect({
    engine: stubEngine({ analyse: analyseAct }),
    // A fetch on a busy machine takes its time.
    settings: { ...store.settings, LIVEFACE_EVIDENCE: 'true', LIVEFACE_FETCH_TIMEOUT_MS: '20000' },
  })
})
afterAll(async () => {
  await calls.stop()
  await store.stop()
  rmSync(scratch, { recursive: true, force: true })
})

const place = (dataDirectory = calls.server.dataDirectory, prefix?: string) =>
  openEvidencePlace(
    readConfig({
      ...store.settings,
      LIVEFACE_DATA_DIR: dataDirectory,
      ...(prefix ? { LIVEFACE_EVIDENCE_URL: prefix } : {}),
    }),
  )

async function idsIn(files: ReturnType<typeof place>['files'] | undefined): Promise<string[]> {
  const all: string[] = []
  for await (const ids of files?.older(Number.POSITIVE_INFINITY) ?? []) all.push(...ids)
  return all.sort()
}

const rows = () => calls.server.database.selectFrom('evidence').selectAll().orderBy('id').execute()

async function liveface(args: string[], settings: Record<string, string> = {}) {
  const environment = { ...store.settings, LIVEFACE_DATA_DIR: calls.server.dataDirectory, ...settings }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  const outcome = await runCommand([backupCommand(), evidenceCommand(), restoreCommand()], args)
  vi.unstubAllEnvs()
  expect(outcome.error, outcome.stderr).toBeNull()
  return outcome
}

describe.each(dialectNames)('a picture of %s', (name) => {
  it('lies in the store alone, encrypted, and goes with its check', async () => {
    expect((await calls[name]('somebody', { picture: actedPhoto() })).status).toBeLessThan(300)
    const [row] = await rows()
    expect(await idsIn(place().store?.files)).toEqual([row?.id])
    expect(existsSync(join(calls.server.dataDirectory, 'evidence'))).toBe(false)
    expect((await place().store?.files.read(row?.id ?? ''))?.includes(greyJpeg)).toBe(false)
    const { evidence, retention } = calls.server.services
    expect((await evidence.read(row!.client_id, row!.id))?.bytes).toEqual(greyJpeg)
    await retention.erase(row!.client_id, [row!.check_id], { actor: 'operator' })
    expect(await idsIn(place().store?.files)).toEqual([])
  })

  it('that cannot be kept because the store is away is refused as busy; the same call works once it is back', async () => {
    await store.goAway()
    const refused = await calls[name]('away', { picture: actedPhoto() })
    await store.comeBack()
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    expect(await rows()).toEqual([])
    expect((await calls[name]('away', { picture: actedPhoto() })).status).toBeLessThan(300)
    const [row] = await rows()
    await calls.server.services.retention.erase(row!.client_id, [row!.check_id], { actor: 'operator' })
  })
})

describe('while the store is away', () => {
  it('a link says to try again, and erasing leaves what nobody can read to the sweep', async () => {
    await calls.cashfree('kept', { picture: actedPhoto() })
    const [row] = await rows()
    const { evidence, retention } = calls.server.services
    const link = calls.server.url + evidence.link(row!.id)
    expect((await fetch(link)).status).toBe(200)
    await store.goAway()
    const refused = await fetch(link)
    await retention.erase(row!.client_id, [row!.check_id], { actor: 'operator' })
    await store.comeBack()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await rows()).toEqual([])
    expect(await idsIn(place().store?.files)).toEqual([row?.id])
    // Young ones may belong to a transaction that is under way.
    expect(await evidence.sweepFiles()).toBe(0)
    const { database, dataDirectory } = calls.server
    const masterKey = openMasterKey(dataDirectory)
    const now = () => Date.now() + 2 * 60 * 60_000
    expect(await createEvidence({ database, masterKey, files: place().files, now }).sweepFiles()).toBe(1)
    expect(await idsIn(place().store?.files)).toEqual([])
  })

  it('a server does not start, and says which setting to look at', async () => {
    const wrong = { ...store.settings, LIVEFACE_S3_SECRET_ACCESS_KEY: 'hunter2' }
    const start = startTestServer({ engine: stubEngine(), settings: wrong })
    await expect(start).rejects.toThrow(
      /refused \(403 SignatureDoesNotMatch\)\. Look at LIVEFACE_S3_SECRET_ACCESS_KEY\.$/,
    )
  })
})

describe('pictures of another installation', () => {
  /** That of the server whose pictures they are. */
  const masterKey = () => readFileSync(join(calls.server.dataDirectory, 'master.key'), 'utf8').trim()

  it.each(['another key', 'the same key'])(
    'are not deleted by a server with %s and a new database: it does not start',
    async (which) => {
      await calls.cashfree(which.replaceAll(' ', '-'), { picture: actedPhoto() })
      const kept = await idsIn(place().store?.files)
      const dataDirectory = mkdtempSync(join(scratch, 'new-'))
      const settings: Record<string, string> = { ...store.settings }
      if (which === 'the same key') settings.LIVEFACE_MASTER_KEY = masterKey()
      const start = startTestServer({ engine: stubEngine(), dataDirectory, settings })
      await expect(start).rejects.toThrow(
        /is empty, but there are pictures in s3:\/\/pictures\/of\/liveface\/ .* name another prefix in LIVEFACE_EVIDENCE_URL\.$/,
      )
      expect(kept.length).toBeGreaterThan(0)
      expect(await idsIn(place().store?.files)).toEqual(kept)
      const [row] = await rows()
      await calls.server.services.retention.erase(row!.client_id, [row!.check_id], { actor: 'operator' })
    },
  )

  it.each([
    ['another key', /belong to another installation, whose master key is [0-9a-f]{8}: name/],
    [
      'the same key',
      /belong to another database \([0-9a-f-]{36}\) under the same master key: name another prefix/,
    ],
  ])('are not deleted by a server with %s whose own database has clients', async (which, sentence) => {
    const dataDirectory = mkdtempSync(join(scratch, 'other-'))
    const settings: Record<string, string> = {}
    if (which === 'the same key') settings.LIVEFACE_MASTER_KEY = masterKey()
    const before = await startTestServer({ engine: stubEngine(), dataDirectory, settings })
    await before.client('cashfree')
    await before.stop()
    const start = startTestServer({
      engine: stubEngine(),
      dataDirectory,
      settings: { ...settings, ...store.settings },
    })
    await expect(start).rejects.toThrow(sentence)
  })
})

it('pictures move to the folder and back while the server reads them, and a move that was cut off is gone on with', async () => {
  for (const id of ['first', 'second', 'third']) await calls.cashfree(id, { picture: actedPhoto() })
  const kept = await rows()
  const { evidence } = calls.server.services
  const readable = async () => {
    for (const { client_id, id } of kept)
      expect((await evidence.read(client_id, id))?.bytes).toEqual(greyJpeg)
  }
  expect((await liveface(['evidence', 'move', '--to-folder'])).stdout).toBe(
    'Moved 3 pictures into the data folder.\n',
  )
  expect(await idsIn(place().store?.files)).toEqual([])
  await readable()
  // As one left it that was cut off: in both places, and half written.
  const [first, second] = kept
  const bytes = (await place().folder.read(first!.id))!
  await place().store?.files.write(first!.id, bytes)
  await place().store?.files.write(second!.id, bytes.subarray(0, 10))
  expect((await liveface(['evidence', 'move'])).stdout).toBe('Moved 3 pictures into the store.\n')
  expect(await idsIn(place().folder)).toEqual([])
  await readable()
})

it('a backup holds the pictures of the store, and a restore puts them into another', async () => {
  const kept = await rows()
  expect(kept).toHaveLength(3)
  const backup = join(scratch, 'backup')
  await liveface(['backup', backup])
  expect(readdirSync(join(backup, 'evidence'), { recursive: true }).length).toBeGreaterThan(3)
  const restored = join(scratch, 'restored')
  await cp(join(calls.server.dataDirectory, 'master.key'), join(restored, 'master.key'))
  const elsewhere = { LIVEFACE_DATA_DIR: restored, LIVEFACE_EVIDENCE_URL: 's3://pictures/restored' }
  await liveface(['restore', backup], elsewhere)
  const target = place(restored, elsewhere.LIVEFACE_EVIDENCE_URL)
  expect(await idsIn(target.store?.files)).toEqual(kept.map(({ id }) => id))
  expect(await idsIn(target.folder)).toEqual([])
  const [row] = kept
  expect(await target.files.read(row!.id)).toEqual(await place().files.read(row!.id))
})
