import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClients } from '../src/access/clients.ts'
import { openMasterKey } from '../src/access/master-key.ts'
import { openDatabase } from '../src/database/index.ts'
import { createGallery } from '../src/gallery/index.ts'
import { createEvidence } from '../src/records/evidence.ts'
import { createWebhooks } from '../src/webhooks/index.ts'
import { samplePhotograph } from './support/pictures.ts'

let folder: string
let clientId: string
let secret: string
let entries: string[]
let pictureId: string

/** Works on the records as a server would, while no command runs. */
async function withRecords<T>(work: (parts: ReturnType<typeof parts>) => Promise<T>): Promise<T> {
  const database = await openDatabase({ file: join(folder, 'liveface.db') })
  try {
    return await work(parts(database))
  } finally {
    await database.destroy()
  }
}

function parts(database: Awaited<ReturnType<typeof openDatabase>>) {
  const masterKey = openMasterKey(folder)
  return {
    database,
    masterKey,
    clients: createClients(database, masterKey),
    gallery: createGallery({ database, masterKey }),
    evidence: createEvidence({ database, masterKey, directory: join(folder, 'evidence') }),
    webhooks: createWebhooks({
      database,
      masterKey,
      formats: new Map(),
      post: async () => ({ status: 200 }),
      onError: () => {},
    }),
  }
}

function liveface(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'src/cli.ts', ...args], {
    env: { ...process.env, LIVEFACE_DATA_DIR: folder, LIVEFACE_DATABASE_URL: '', LIVEFACE_MASTER_KEY: '' },
    encoding: 'utf8',
  })
  return { status, stdout, stderr, lines: stdout.trim().split('\n') }
}

const template = (seed: number) =>
  Float32Array.from({ length: 128 }, (_, i) => Math.sin(seed * 1000 + i * seed))

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liveface-records-'))
  await withRecords(async ({ database, clients, gallery, evidence, webhooks }) => {
    clientId = (await clients.create({ dialect: 'didit', environment: 'production', name: 'test' })).id
    await clients.addCredential(clientId, { lookup: 'public', secret: 'hidden', headers: {} })
    const destination = await webhooks.destinations.create({
      clientId,
      dialect: 'didit',
      url: 'https://example.com/',
      events: ['*'],
      secret: 'signing',
    })
    secret = destination === 'url_taken' ? '' : destination.id
    await database.transaction().execute(async (transaction) => {
      entries = []
      for (const seed of [1, 2, 3]) {
        const entry = { clientId, template: template(seed), checkId: seed < 3 ? 'both' : 'alone' }
        entries.push(await gallery.add(transaction, entry))
      }
      pictureId = await evidence.keep(transaction, {
        clientId,
        checkId: 'both',
        role: 'user_image',
        mediaType: 'image/jpeg',
        bytes: samplePhotograph(1),
      })
    })
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('liveface gallery', { timeout: 180_000 }, () => {
  const listed = (...filter: string[]) =>
    liveface('gallery', 'list', '--client', clientId, '--json', ...filter)
      .stdout.split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { id: string; list: string })

  it('blocks, allows and takes off entries, by entry and by check', () => {
    expect(listed()).toHaveLength(3)
    expect(liveface('gallery', 'block', '--client', clientId, '--check', 'both').lines.sort()).toEqual(
      entries.slice(0, 2).sort(),
    )
    const allowed = liveface('gallery', 'allow', '--client', clientId, '--entry', entries[2] as string)
    expect(allowed.lines).toEqual([entries[2]])
    expect(
      listed('--list', 'block')
        .map(({ id }) => id)
        .sort(),
    ).toEqual(entries.slice(0, 2).sort())
    expect(listed('--list', 'allow').map(({ id }) => id)).toEqual([entries[2]])
    expect(liveface('gallery', 'unlist', '--client', clientId, '--entry', entries[0] as string).status).toBe(
      0,
    )
    expect(listed('--list', 'block').map(({ id }) => id)).toEqual([entries[1]])
    expect(liveface('gallery', 'list', '--client', clientId).stdout).toContain(entries[1])
  })

  it('forgets an entry for good, and says when there is none', async () => {
    expect(liveface('gallery', 'forget', '--client', clientId, '--entry', entries[0] as string).status).toBe(
      0,
    )
    const again = liveface('gallery', 'forget', '--client', clientId, '--entry', entries[0] as string)
    expect(again).toMatchObject({ status: 2, stderr: expect.stringContaining('no such entry') })
    expect(listed()).toHaveLength(2)
    await withRecords(async ({ gallery }) => {
      expect(await gallery.search(template(1), { clientId, least: 0.99 })).toEqual([])
      await gallery.close()
    })
  })

  it('refuses wrong use with exit code 2', () => {
    const wrong = [
      ['block', '--client', clientId],
      ['block', '--client', clientId, '--entry', 'a', '--check', 'b'],
      ['block', '--client', 'nobody', '--entry', 'a'],
      ['list', '--client', 'nobody'],
      ['list'],
    ]
    for (const args of wrong) expect(liveface('gallery', ...args).status).toBe(2)
  })
})

describe('liveface keys rotate', { timeout: 180_000 }, () => {
  it('wraps everything anew, and everything still opens', async () => {
    const before = readFileSync(join(folder, 'master.key'), 'utf8').trim()
    const rotated = liveface('keys', 'rotate')
    expect(rotated).toMatchObject({ status: 0, stderr: expect.not.stringContaining('liveface:') })
    expect(rotated.stdout).toMatch(/1 pictures, 1 galleries, 1 webhook secrets, 0 challenge photos/)
    expect(rotated.stdout).not.toContain(before)
    const after = readFileSync(join(folder, 'master.key'), 'utf8').trim().split('\n')
    expect(after).toHaveLength(2)
    expect(after[1]).toBe(before)
    await withRecords(async ({ masterKey, evidence, gallery, webhooks, clients, database }) => {
      const heads = await database.selectFrom('gallery_heads').select('wrapped_key').execute()
      expect(heads.every((head) => head.wrapped_key.startsWith(masterKey.id))).toBe(true)
      expect((await evidence.read(clientId, pictureId))?.bytes.equals(samplePhotograph(1))).toBe(true)
      expect(await gallery.search(template(3), { clientId, least: 0.99 })).toHaveLength(1)
      expect(await webhooks.destinations.secrets(clientId, secret)).toMatchObject({ current: 'signing' })
      expect(await clients.authenticate('didit', 'public', 'wrong')).toBeNull()
      const digest = async () =>
        (await database.selectFrom('credentials').select('digest').execute())[0]?.digest
      const old = await digest()
      expect(await clients.authenticate('didit', 'public', 'hidden')).toMatchObject({ id: clientId })
      expect(await digest()).not.toBe(old)
      expect(await clients.authenticate('didit', 'public', 'hidden')).toMatchObject({ id: clientId })
      await gallery.close()
    })
    expect(liveface('keys', 'rotate', '--rewrap-only').stdout).toMatch(/0 pictures, 0 galleries, 0 webhook/)
    expect(readFileSync(join(folder, 'master.key'), 'utf8').trim().split('\n')).toHaveLength(2)
  })
})

describe('liveface audit', { timeout: 180_000 }, () => {
  it('shows what was done, verifies, and names the row that was changed', async () => {
    const shown = liveface('audit', 'list').stdout
    for (const action of ['gallery.blocked', 'gallery.allowed', 'gallery.forgotten', 'master_key.rotated']) {
      expect(shown).toContain(action)
    }
    const verified = liveface('audit', 'verify')
    expect(verified).toMatchObject({ status: 0, stdout: expect.stringMatching(/intact: 7 rows/) })
    const mark = /Mark: (\S+)/.exec(verified.stdout)?.[1] ?? ''
    expect(liveface('audit', 'verify', '--mark', mark).status).toBe(0)
    expect(liveface('audit', 'verify', '--mark', `99:${'0'.repeat(64)}`).status).toBe(1)
    expect(liveface('audit', 'verify', '--mark', 'nonsense').status).toBe(2)
    await withRecords(async ({ database }) => {
      await sql`drop trigger audit_no_update`.execute(database)
      await sql`update audit set actor = 'nobody' where sequence = 3`.execute(database)
    })
    const broken = liveface('audit', 'verify', '--json')
    expect(broken.status).toBe(1)
    expect(JSON.parse(broken.stdout)).toMatchObject({ intact: false, sequence: 3 })
  })
})
