import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startObjectStore, type TestObjectStore } from '../../test/support/object-store.ts'
import { addMasterKey, openMasterKey } from '../access/master-key.ts'
import { readConfig } from '../config/index.ts'
import { tryEvidenceStore } from './evidence-store.ts'
import {
  type ObjectStore,
  ObjectStoreError,
  type ObjectStoreSettings,
  openObjectStore,
} from './object-store.ts'

const settingsOf = (environment: Record<string, string>) =>
  readConfig(environment).evidenceStore as ObjectStoreSettings

describe('an object store', () => {
  let server: TestObjectStore
  let settings: ObjectStoreSettings
  let store: ObjectStore
  const directory = mkdtempSync(join(tmpdir(), 'liveface-owner-'))
  const databaseId = randomUUID()
  beforeAll(async () => {
    server = await startObjectStore()
    settings = settingsOf(server.settings)
    store = openObjectStore(settings)
  })
  afterAll(async () => {
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  })

  it('gives back what was put, until it is removed', async () => {
    const bytes = Buffer.from([0, 255, 10, 13])
    await store.put('ab/one', bytes)
    await store.put('ab/one', bytes)
    expect(await store.get('ab/one')).toEqual(bytes)
    expect(await store.get('ab/two')).toBeNull()
    await store.remove('ab/one')
    await store.remove('ab/one')
    expect(await store.get('ab/one')).toBeNull()
  })

  it('lists what is below its prefix, with times', async () => {
    const before = Date.now() - 2000
    await store.put('cd/listed', Buffer.from('x'))
    await openObjectStore({ ...settings, prefix: 'elsewhere/' }).put('cd/other', Buffer.from('x'))
    const pages: { key: string; changedAt: number }[] = []
    for await (const page of store.list()) pages.push(...page)
    expect(pages.map(({ key }) => key)).toEqual(['cd/listed'])
    expect(pages[0]?.changedAt).toBeGreaterThan(before)
  })

  it.each([
    [
      { secretAccessKey: 'hunter2' },
      'refused (403 SignatureDoesNotMatch). Look at LIVEFACE_S3_SECRET_ACCESS_KEY.',
    ],
    [{ accessKeyId: 'nobody' }, 'Look at LIVEFACE_S3_ACCESS_KEY_ID.'],
    [{ bucket: 'nowhere' }, 'refused (404 NoSuchBucket). Look at LIVEFACE_EVIDENCE_URL.'],
    [{ endpoint: 'http://127.0.0.1:2' }, 'does not answer (ECONNREFUSED). Look at LIVEFACE_S3_ENDPOINT.'],
  ])('that is wrong is reported in one sentence that names the setting: %o', async (wrong, sentence) => {
    const owner = { masterKey: openMasterKey(directory), databaseId }
    await expect(tryEvidenceStore(store, owner)).resolves.toBeUndefined()
    const other = openObjectStore({ ...settings, ...wrong })
    const failure = await tryEvidenceStore(other, owner).catch((error) => error)
    expect(failure).toBeInstanceOf(ObjectStoreError)
    expect(failure.message).toContain(sentence)
    expect(failure.message).not.toContain('hunter2')
  })

  it('is that of the installation whose key its mark names, current or retired, and of no other', async () => {
    const owned = openObjectStore({ ...settings, prefix: 'owned/' })
    const [home, stranger] = ['home', 'stranger'].map((name) => join(directory, name)) as [string, string]
    // As an earlier version left it.
    await owned.put('.liveface', Buffer.from('Liveface keeps encrypted pictures here.\n'))
    const first = openMasterKey(home)
    await tryEvidenceStore(owned, { masterKey: first, databaseId })
    const refused = tryEvidenceStore(owned, { masterKey: openMasterKey(stranger), databaseId })
    await expect(refused).rejects.toThrow(
      `belong to another installation, whose master key is ${first.id}: name another prefix in LIVEFACE_EVIDENCE_URL.`,
    )
    expect((await owned.get('.liveface'))?.toString()).toContain(first.id)
    const rotated = addMasterKey(home)
    await tryEvidenceStore(owned, { masterKey: rotated, databaseId })
    expect((await owned.get('.liveface'))?.toString()).toContain(rotated.id)

    // A server of an earlier version names no database.
    await owned.put(
      '.liveface',
      Buffer.from(`Liveface keeps pictures here, under the master key ${first.id}.\n`),
    )
    await tryEvidenceStore(owned, { masterKey: rotated, databaseId })
    expect((await owned.get('.liveface'))?.toString()).toContain(databaseId)
  })
})

/** Hides: a store, of which this is only the HTTP that real ones answer now and then. */
describe('a store that stumbles', () => {
  const seen: IncomingMessage[] = []
  let answers: { status: number; body?: string }[]
  const server = createServer((request, response) => {
    seen.push(request)
    const { status, body = '' } = answers.shift() ?? { status: 200 }
    request.resume().on('end', () => response.writeHead(status).end(body))
  })
  let store: ObjectStore
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    store = openObjectStore({
      bucket: 'b',
      prefix: 'p/',
      endpoint: `http://127.0.0.1:${port}/`,
      region: 'eu-west-1',
      accessKeyId: 'id',
      secretAccessKey: 'secret',
      encryption: 'AES256',
    })
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  it('is asked again, three times in all', async () => {
    answers = [{ status: 503 }, { status: 500 }, { status: 200, body: 'bytes' }]
    expect((await store.get('a'))?.toString()).toBe('bytes')
    answers = [
      { status: 503 },
      { status: 503 },
      { status: 503, body: '<Code>SlowDown</Code>' },
      { status: 200 },
    ]
    await expect(store.get('a')).rejects.toThrow('refused (503 SlowDown)')
    expect(answers).toHaveLength(1)
  })

  it('is not asked again what it refused', async () => {
    answers = [{ status: 403, body: '<Code>AccessDenied</Code>' }, { status: 200 }]
    await expect(store.put('a', Buffer.from('x'))).rejects.toThrow('AccessDenied')
    expect(answers).toHaveLength(1)
  })

  it('is asked to encrypt, by a signature over the digest of the bytes', async () => {
    answers = [{ status: 200 }]
    await store.put('a', Buffer.from('x'))
    const { url, headers } = seen.at(-1) as IncomingMessage
    expect(url).toBe('/b/p/a')
    expect(headers).toMatchObject({
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-content-sha256': '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=id\/\d+\/eu-west-1\/s3\/aws4_request, SignedHeaders=[^,]*x-amz-content-sha256/,
      ),
    })
  })

  it('is read page by page', async () => {
    const page = (key: string, token?: string) => ({
      status: 200,
      body: `<R><Contents><Key>p/${key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>${token ? `<NextContinuationToken>${token}</NextContinuationToken>` : ''}</R>`,
    })
    answers = [page('a', 'x&amp;y='), page('b')]
    const keys: string[] = []
    for await (const entries of store.list()) keys.push(...entries.map(({ key }) => key))
    expect(keys).toEqual(['a', 'b'])
    expect(seen.at(-1)?.url).toContain('continuation-token=x%26y%3D')
  })
})
