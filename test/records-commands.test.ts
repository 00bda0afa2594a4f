import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createClients } from '../src/access/clients.ts'
import { type MasterKey, openMasterKey } from '../src/access/master-key.ts'
import { auditCommand } from '../src/commands/audit.ts'
import { galleryCommand } from '../src/commands/gallery.ts'
import { keysCommand } from '../src/commands/keys.ts'
import { webhooksCommand } from '../src/commands/webhooks.ts'
import { createPasswords } from '../src/console/passwords.ts'
import { createTotp } from '../src/console/totp.ts'
import { createUsers } from '../src/console/users.ts'
import { type Database, openDatabase } from '../src/database/index.ts'
import { createGallery } from '../src/gallery/index.ts'
import { createAudit } from '../src/records/audit.ts'
import { createEvidence } from '../src/records/evidence.ts'
import { createEvidenceFiles } from '../src/records/evidence-files.ts'
import { createWebhooks } from '../src/webhooks/index.ts'
import { portrait, samplePhotograph } from './support/pictures.ts'
import { program } from './support/program.ts'
import { runCommand } from './support/run-command.ts'
import { searchOne } from './support/search-one.ts'

let folder: string
let clientId: string
let signerId: string
let secret: string
let entries: string[]
let pictureId: string

/** Works on the records as a server would, while no command runs. */
async function withRecords<T>(work: (records: Records) => Promise<T>): Promise<T> {
  const database = await openDatabase({ file: join(folder, 'liveface.db') })
  try {
    return await work(recordsOf(database))
  } finally {
    await database.destroy()
  }
}

type Records = ReturnType<typeof recordsOf>

function recordsOf(database: Database) {
  const masterKey = openMasterKey(folder)
  return {
    database,
    masterKey,
    clients: createClients(database, masterKey),
    gallery: createGallery({ database, masterKey }),
    evidence: createEvidence({ database, masterKey, files: createEvidenceFiles(join(folder, 'evidence')) }),
    webhooks: createWebhooks({
      database,
      masterKey,
      formats: new Map(),
      post: async () => ({ status: 200 }),
      onError: () => {},
    }),
  }
}

async function liveface(...args: string[]) {
  const outcome = await runCommand([galleryCommand(), auditCommand(), keysCommand(), webhooksCommand()], args)
  return { ...outcome, lines: outcome.stdout.trim().split('\n') }
}

/** A user of the console whose authenticator app is set up. */
async function signUp(database: Database, masterKey: MasterKey) {
  const users = createUsers(database, createPasswords(), createAudit(database, masterKey).append)
  const account = {
    name: 'A',
    role: 'administrator',
    clients: null,
    password: 'correct horse battery',
  } as const
  const { id, email } = await users.create({ ...account, email: 'a@example.org' }, 'operator')
  const totp = createTotp(database, masterKey)
  const { secret } = await totp.offer(id, email)
  const app = new TOTP({ secret })
  expect(await totp.accept(id, app.generate())).toBe(true)
  return { id, app }
}

const template = (seed: number) =>
  Float32Array.from({ length: 128 }, (_, i) => Math.sin(seed * 1000 + i * seed))

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liveface-records-'))
  const settings = { DATA_DIR: folder, DATABASE_URL: '', MASTER_KEY: '', WORKERS: '1' }
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(`LIVEFACE_${name}`, value)
  await withRecords(async ({ database, clients, gallery, evidence, webhooks }) => {
    clientId = (await clients.create({ dialect: 'didit', environment: 'production', name: 'test' })).id
    await clients.addCredential(clientId, { lookup: 'public', secret: 'hidden', headers: {} })
    const signer = { dialect: 'cashfree', environment: 'production', name: 'signs' } as const
    signerId = (await clients.create({ ...signer, settings: { signatureKey: 'a private key' } })).id
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
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

describe('liveface gallery', () => {
  const listed = async (...filter: string[]) =>
    (await liveface('gallery', 'list', '--client', clientId, '--json', ...filter)).stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { id: string; list: string })

  it('blocks, allows and takes off entries, by entry and by check', async () => {
    expect(await listed()).toHaveLength(3)
    expect(
      (await liveface('gallery', 'block', '--client', clientId, '--check', 'both')).lines.sort(),
    ).toEqual(entries.slice(0, 2).sort())
    const allowed = await liveface('gallery', 'allow', '--client', clientId, '--entry', entries[2] as string)
    expect(allowed.lines).toEqual([entries[2]])
    expect((await listed('--list', 'block')).map(({ id }) => id).sort()).toEqual(entries.slice(0, 2).sort())
    expect((await listed('--list', 'allow')).map(({ id }) => id)).toEqual([entries[2]])
    expect(
      (await liveface('gallery', 'unlist', '--client', clientId, '--entry', entries[0] as string)).status,
    ).toBe(0)
    expect((await listed('--list', 'block')).map(({ id }) => id)).toEqual([entries[1]])
    expect((await liveface('gallery', 'list', '--client', clientId)).stdout).toContain(entries[1])
  })

  it('forgets an entry for good, and says when there is none', async () => {
    expect(
      (await liveface('gallery', 'forget', '--client', clientId, '--entry', entries[0] as string)).status,
    ).toBe(0)
    const again = await liveface('gallery', 'forget', '--client', clientId, '--entry', entries[0] as string)
    expect(again).toMatchObject({ status: 2, stderr: expect.stringContaining('no such entry') })
    expect(await listed()).toHaveLength(2)
    await withRecords(async ({ gallery }) => {
      expect(await searchOne(gallery, template(1), { clientId, minCosine: 0.99 })).toEqual([])
      await gallery.close()
    })
  })

  it('blocks the face of a picture that was never enrolled, and refuses one with several faces', async () => {
    const [alone, group] = [join(folder, 'alone.jpg'), join(folder, 'group.jpg')]
    writeFileSync(alone, await portrait('personA'))
    writeFileSync(group, samplePhotograph(6))
    const block = (picture: string) =>
      liveface('gallery', 'block', '--client', clientId, '--picture', picture, '--label', 'seen before')
    const [id] = (await block(alone)).lines
    expect(await listed('--list', 'block')).toMatchObject([
      { id, kind: 'list_entry', label: 'seen before', checkId: null },
      { id: entries[1] },
    ])
    expect(await block(group)).toMatchObject({ status: 2, stderr: expect.stringContaining('one face') })
    // A picture kept of the entry goes with it.
    const keep = { clientId, checkId: id as string, role: 'list_entry', mediaType: 'image/jpeg' }
    await withRecords(({ database, evidence }) =>
      database
        .transaction()
        .execute((transaction) => evidence.keep(transaction, { ...keep, bytes: samplePhotograph(1) })),
    )
    expect((await liveface('gallery', 'forget', '--client', clientId, '--entry', id as string)).status).toBe(
      0,
    )
    await withRecords(async ({ evidence }) => expect(await evidence.list(clientId, id as string)).toEqual([]))
  })

  it('refuses wrong use with exit code 2', async () => {
    const wrong = [
      ['block', '--client', clientId],
      ['block', '--client', clientId, '--entry', 'a', '--check', 'b'],
      ['block', '--client', 'nobody', '--entry', 'a'],
      ['list', '--client', 'nobody'],
      ['list'],
    ]
    for (const args of wrong) expect((await liveface('gallery', ...args)).status).toBe(2)
  })
})

describe('liveface webhooks', () => {
  it("lists a client's, and gives one of our own API a new secret beside the one before", async () => {
    const own = await withRecords(async ({ clients, webhooks }) => {
      const client = await clients.create({ dialect: 'liveface', environment: 'production', name: 'own' })
      const ownership = { clientId: client.id, dialect: 'liveface', events: ['session.completed'] }
      const made = await webhooks.destinations.create({
        ...{ ...ownership, url: 'https://example.com/own', secret: 'whsec_b2xk' },
      })
      return made === 'url_taken' ? null : made
    })
    const { id, clientId: client } = own!
    const listed = await liveface('webhooks', 'list', '--client', client)
    expect(listed.stdout).toContain(`${id}`)
    expect(listed.stdout).not.toContain('whsec')
    const rotated = await liveface('webhooks', 'rotate', id, '--client', client, '--previous-hours', '1')
    expect(rotated.status).toBe(0)
    const secrets = await withRecords(({ webhooks }) => webhooks.destinations.secrets(client, id))
    expect(secrets).toEqual({
      ...{ current: rotated.lines[0], previous: 'whsec_b2xk', previousUntil: expect.any(Number) },
    })
    expect(secrets!.previousUntil! - Date.now()).toBeLessThanOrEqual(3600_000)
    for (const args of [
      ['webhooks', 'rotate', id, '--client', clientId],
      ['webhooks', 'rotate', secret, '--client', clientId],
      ['webhooks', 'rotate', id, '--client', client, '--previous-hours', '169'],
    ])
      expect((await liveface(...args)).status).toBe(2)
    await withRecords(async ({ database, masterKey, webhooks }) => {
      const [row] = await createAudit(database, masterKey).list({ limit: 1 })
      expect(row).toMatchObject({ actor: 'operator', action: 'destination.changed', subject: id })
      await webhooks.destinations.remove(client, id)
    })
  })
})

describe('liveface keys rotate', () => {
  it('rewraps everything, and everything still opens', async () => {
    const before = readFileSync(join(folder, 'master.key'), 'utf8').trim()
    const user = await withRecords(({ database, masterKey }) => signUp(database, masterKey))
    const rotated = await liveface('keys', 'rotate')
    expect(rotated).toMatchObject({ status: 0, stderr: expect.not.stringContaining('liveface:') })
    expect(rotated.stdout).toMatch(
      /1 picture, 1 gallery, 1 webhook secret, 1 signature key, 1 authenticator secret, 0 challenge photos/,
    )
    expect(rotated.stdout).not.toContain(before)
    const after = readFileSync(join(folder, 'master.key'), 'utf8').trim().split('\n')
    expect(after).toHaveLength(2)
    expect(after[1]).toBe(before)
    await withRecords(async ({ masterKey, evidence, gallery, webhooks, clients, database }) => {
      const heads = await database.selectFrom('gallery_heads').select('wrapped_key').execute()
      expect(heads.every((head) => head.wrapped_key.startsWith(masterKey.id))).toBe(true)
      expect((await evidence.read(clientId, pictureId))?.bytes.equals(samplePhotograph(1))).toBe(true)
      expect(await searchOne(gallery, template(3), { clientId, minCosine: 0.99 })).toHaveLength(1)
      expect(await webhooks.destinations.secrets(clientId, secret)).toMatchObject({ current: 'signing' })
      const signing = await database
        .selectFrom('clients')
        .select('settings')
        .where('id', '=', signerId)
        .execute()
      expect(JSON.parse(signing[0]?.settings ?? '{}').signatureKey).toMatch(`${masterKey.id}.`)
      expect((await clients.find(signerId))?.settings.signatureKey).toBe('a private key')
      const { totp_secret } = await database.selectFrom('console_users').selectAll().executeTakeFirstOrThrow()
      expect(totp_secret).toMatch(`${masterKey.id}.`)
      const next = { timestamp: Date.now() + 30_000 }
      expect(
        await createTotp(database, masterKey, () => next.timestamp).use(user.id, user.app.generate(next)),
      ).toBe(true)
      expect(await clients.authenticate('didit', 'public', 'wrong')).toBeNull()
      const digest = async () =>
        (await database.selectFrom('credentials').select('digest').execute())[0]?.digest
      const old = await digest()
      expect(await clients.authenticate('didit', 'public', 'hidden')).toMatchObject({ id: clientId })
      expect(await digest()).not.toBe(old)
      expect(await clients.authenticate('didit', 'public', 'hidden')).toMatchObject({ id: clientId })
      await gallery.close()
    })
    expect((await liveface('keys', 'rotate', '--rewrap-only')).stdout).toMatch(
      /0 pictures, 0 galleries, 0 webhook secrets, 0 signature keys/,
    )
    expect(readFileSync(join(folder, 'master.key'), 'utf8').trim().split('\n')).toHaveLength(2)
  })
})

describe('liveface audit', () => {
  it('shows what was done, verifies, and names the row that was changed', async () => {
    const shown = (await liveface('audit', 'list')).stdout
    for (const action of ['face.listed', 'face.unlisted', 'face.forgotten', 'master_key.rotated']) {
      expect(shown).toContain(action)
    }
    const verified = await liveface('audit', 'verify')
    expect(verified).toMatchObject({ status: 0, stdout: expect.stringMatching(/intact: 10 rows/) })
    const mark = /Mark: (\S+)/.exec(verified.stdout)?.[1] ?? ''
    expect((await liveface('audit', 'verify', '--mark', mark)).status).toBe(0)
    const spawned = spawnSync(process.execPath, [...program, 'audit', 'verify'], {
      encoding: 'utf8',
    })
    expect(spawned).toMatchObject({ status: 0, stdout: verified.stdout })
    expect((await liveface('audit', 'verify', '--mark', `99:${'0'.repeat(64)}`)).status).toBe(1)
    expect((await liveface('audit', 'verify', '--mark', 'nonsense')).status).toBe(2)
    await withRecords(async ({ database }) => {
      await sql`drop trigger audit_no_update`.execute(database)
      await sql`update audit set actor = 'nobody' where sequence = 3`.execute(database)
    })
    const broken = await liveface('audit', 'verify', '--json')
    expect(broken.status).toBe(1)
    expect(JSON.parse(broken.stdout)).toMatchObject({ intact: false, sequence: 3 })
  })
})
