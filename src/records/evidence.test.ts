import { randomUUID } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import sharp from 'sharp'
import { beforeEach, describe, expect, it } from 'vitest'
import { type OpenedDatabase, testDatabases } from '../../test/support/databases.ts'
import { samplePhotograph } from '../../test/support/pictures.ts'
import { redraw } from '../../test/support/redraw.ts'
import { SealError } from '../access/envelope.ts'
import { addMasterKey } from '../access/master-key.ts'
import { withoutMetadata } from '../engine/picture/without-metadata.ts'
import { createEvidence } from './evidence.ts'
import { createEvidenceFiles, type EvidenceFiles } from './evidence-files.ts'
import { createMovingEvidence, moveEvidence } from './evidence-objects.ts'
import { registerEvidence } from './evidence-route.ts'
import { ObjectStoreError } from './object-store.ts'
import type { Evidence } from './types.ts'

const picture = samplePhotograph(1)

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`evidence on ${kind.name}`, () => {
    let opened: OpenedDatabase
    let evidence: Evidence
    let clientId: string
    let directory: string
    let time: number

    beforeEach(async () => {
      opened = await kind.open()
      directory = join(opened.directory, 'evidence')
      time = Date.now()
      evidence = createEvidence({ ...opened, files: createEvidenceFiles(directory), now: () => time })
      clientId = await opened.client()
    })

    const keep = (checkId = 'check', owner = clientId, bytes: Uint8Array = picture) =>
      opened.database.transaction().execute((transaction) =>
        evidence.keep(transaction, {
          clientId: owner,
          checkId,
          role: 'user_image',
          mediaType: 'image/jpeg',
          bytes,
        }),
      )
    const pathOf = (id: string) => join(directory, id.slice(0, 2), id)

    it('gives back exactly the bytes kept, to their client alone', async () => {
      const id = await keep()
      const read = await evidence.read(clientId, id)
      expect(read?.bytes.equals(picture)).toBe(true)
      expect(read?.facts).toMatchObject({ checkId: 'check', role: 'user_image', size: picture.length })
      expect(await evidence.read(await opened.client(), id)).toBeNull()
      expect((await evidence.list(clientId, 'check')).map((facts) => facts.id)).toEqual([id])
    })

    it('leaves nothing readable on the disk: no picture bytes, no bytes alike in two files', async () => {
      const [first, second] = [await keep(), await keep()]
      const [a, b] = [readFileSync(pathOf(first)), readFileSync(pathOf(second))]
      expect(a.includes(picture.subarray(0, 16))).toBe(false)
      expect(a.subarray(4, 64).equals(b.subarray(4, 64))).toBe(false)
      expect(statSync(pathOf(first)).mode & 0o777).toBe(0o600)
    })

    it('refuses a file that was changed or put in the place of another', async () => {
      const [first, second] = [await keep(), await keep()]
      const whole = readFileSync(pathOf(first))
      const changed = Buffer.from(whole)
      changed[whole.length >> 1] = (changed[whole.length >> 1] as number) ^ 1
      writeFileSync(pathOf(first), changed)
      await expect(evidence.read(clientId, first)).rejects.toThrow(SealError)
      copyFileSync(pathOf(second), pathOf(first))
      await expect(evidence.read(clientId, first)).rejects.toThrow(SealError)
      await opened.database
        .updateTable('evidence')
        .set({ client_id: await opened.client() })
        .where('id', '=', second)
        .execute()
      const [row] = await opened.database
        .selectFrom('evidence')
        .selectAll()
        .where('id', '=', second)
        .execute()
      await expect(evidence.read(row?.client_id ?? '', second)).rejects.toThrow(SealError)
    })

    it('deletes picture and key; the file goes after the commit', async () => {
      const id = await keep('gone')
      const stays = await keep('stays')
      const { pictures, removeFiles } = await opened.database
        .transaction()
        .execute((transaction) => evidence.erase(transaction, clientId, ['gone', 'unknown']))
      expect(pictures).toBe(1)
      expect(await evidence.read(clientId, id)).toBeNull()
      await removeFiles()
      expect(existsSync(pathOf(id))).toBe(false)
      expect(await evidence.read(clientId, stays)).not.toBeNull()
    })

    it('asks a store that fails for no second picture of what is erased: the sweep has the rest', async () => {
      // Hides: a store, of which this is only the failure.
      let asked = 0
      const remove = async () => {
        asked++
        throw new ObjectStoreError('does not answer')
      }
      const files = { ...createEvidenceFiles(directory), remove }
      evidence = createEvidence({ ...opened, files, now: () => time })
      for (let count = 0; count < 3; count++) await keep()
      const { pictures, removeFiles } = await opened.database
        .transaction()
        .execute((transaction) => evidence.erase(transaction, clientId, ['check']))
      await removeFiles()
      expect([pictures, asked]).toEqual([3, 1])
    })

    it("does not delete another client's picture", async () => {
      const id = await keep()
      const other = await opened.client()
      await opened.database.transaction().execute(async (transaction) => {
        expect((await evidence.erase(transaction, other, ['check'])).pictures).toBe(0)
      })
      expect(await evidence.read(clientId, id)).not.toBeNull()
    })

    it('sweeps files whose transaction never committed, once they are an hour old', async () => {
      const stays = await keep()
      let orphan = ''
      const failing = opened.database.transaction().execute(async (transaction) => {
        orphan = await evidence.keep(transaction, {
          clientId,
          checkId: 'c',
          role: 'r',
          mediaType: 'image/jpeg',
          bytes: picture,
        })
        throw new Error('rolled back')
      })
      await expect(failing).rejects.toThrow('rolled back')
      expect(await evidence.read(clientId, orphan)).toBeNull()
      expect(await evidence.sweepFiles()).toBe(0)
      const old = time / 1000 - 3601
      for (const id of [orphan, stays]) utimesSync(pathOf(id), old, old)
      expect(await evidence.sweepFiles()).toBe(1)
      expect(existsSync(pathOf(orphan))).toBe(false)
      expect(await evidence.read(clientId, stays)).not.toBeNull()
    })

    it('opens a link until it expires, and no link that was changed', async () => {
      const app = Fastify()
      registerEvidence(app, evidence)
      const id = await keep()
      const other = await keep()
      const link = evidence.link(id)
      const got = await app.inject(link)
      expect(got.statusCode).toBe(200)
      expect(got.headers['content-type']).toBe('image/jpeg')
      expect(got.headers['cache-control']).toContain('no-store')
      expect(got.rawPayload.equals(picture)).toBe(true)
      const later = Number(new URL(link, 'http://x').searchParams.get('expires')) + 60
      const changed = [
        link.replace(id, other),
        link.replace(/expires=\d+/, `expires=${later}`),
        link.replace(/signature=./, (start) => (start.endsWith('_') ? 'signature=-' : 'signature=_')),
        link.replace(/&signature.*/, ''),
        `/evidence/${id}`,
        '/evidence/..%2F..%2Fmaster.key?expires=99999999999&signature=x',
      ]
      for (const url of changed) expect((await app.inject(url)).statusCode).toBe(404)
      time += 59 * 60_000
      expect((await app.inject(link)).statusCode).toBe(200)
      time += 2 * 60_000
      expect((await app.inject(link)).statusCode).toBe(404)
      await app.close()
    })

    it('rewraps its keys when the master key is rotated, leaving the files as they are', async () => {
      const id = await keep()
      const before = readFileSync(pathOf(id))
      const masterKey = addMasterKey(opened.directory)
      const rotated = createEvidence({ ...opened, masterKey, files: createEvidenceFiles(directory) })
      expect((await rotated.read(clientId, id))?.bytes.equals(picture)).toBe(true)
      expect(await rotated.rewrap()).toBe(1)
      expect(await rotated.rewrap()).toBe(0)
      expect((await rotated.read(clientId, id))?.bytes.equals(picture)).toBe(true)
      expect((await evidence.read(clientId, id))?.bytes.equals(picture)).toBe(true)
      expect(readFileSync(pathOf(id)).equals(before)).toBe(true)
    })
  })
}

it('a picture that is moved while it is read is found', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'liveface-moving-'))
  const [current, former] = ['new', 'old'].map((name) => createEvidenceFiles(join(directory, name))) as [
    EvidenceFiles,
    EvidenceFiles,
  ]
  const id = randomUUID()
  await former.write(id, picture)
  const movedJustBefore: EvidenceFiles = {
    ...former,
    async read(asked) {
      await moveEvidence(former, current)
      return former.read(asked)
    },
  }
  expect((await createMovingEvidence(current, movedJustBefore).read(id))?.equals(picture)).toBe(true)
  expect(await createMovingEvidence(current, former).read(randomUUID())).toBeNull()
  rmSync(directory, { recursive: true })
})

describe('withoutMetadata', () => {
  it('keeps the picture upright and drops what a camera wrote beside it', async () => {
    const tagged = await sharp(picture)
      .resize({ width: 400 })
      .withExif({ IFD0: { Make: 'SecretCam', Orientation: '6' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
      .jpeg()
      .toBuffer()
    expect(tagged.includes('SecretCam')).toBe(true)
    const before = await sharp(tagged).metadata()
    const plain = await withoutMetadata({ redraw }, tagged)
    if (!plain) throw new Error('It was not read.')
    const after = await sharp(plain).metadata()
    expect(plain.includes('SecretCam')).toBe(false)
    expect(after.exif).toBeUndefined()
    expect(after.orientation).toBeUndefined()
    expect([after.width, after.height]).toEqual([before.autoOrient.width, before.autoOrient.height])
    expect(after.format).toBe('jpeg')
  })

  it('gives null for what it cannot read', async () => {
    expect(await withoutMetadata({ redraw }, Buffer.from('not a picture'))).toBeNull()
    expect(await withoutMetadata({ redraw }, picture.subarray(0, 5000))).toBeNull()
  })
})
