import { execFile } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testDatabases } from '../../test/support/databases.ts'
import { samplePhotograph } from '../../test/support/pictures.ts'
import { createClients } from '../access/clients.ts'
import { addMasterKey, openMasterKey } from '../access/master-key.ts'
import { type Config, readConfig } from '../config/index.ts'
import { openConnection } from '../database/sqlite.ts'
import { createGallery } from '../gallery/index.ts'
import { createAudit } from '../records/audit.ts'
import { createEvidence } from '../records/evidence.ts'
import { createEvidenceFiles } from '../records/evidence-files.ts'
import { createWebhooks } from '../webhooks/index.ts'
import { type Installation, openInstallation, recordKey } from './index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liveface-installation-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const keyFile = () => join(folder, 'master.key')
const oneKey = Buffer.alloc(32, 1).toString('base64')
const anotherKey = Buffer.alloc(32, 2).toString('base64')

/** One row of a kind that the master key seals. */
type Fill = (installation: Installation, clientId: string) => Promise<unknown>
const inTransaction = ({ database }: Installation) => database.transaction()
const kinds: Record<string, Fill> = {
  'kept pictures': (parts, clientId) =>
    inTransaction(parts).execute((transaction) =>
      createEvidence({ ...parts, files: createEvidenceFiles(join(folder, 'evidence')) }).keep(transaction, {
        clientId,
        checkId: 'a check',
        role: 'image',
        mediaType: 'image/jpeg',
        bytes: samplePhotograph(1).subarray(0, 2000),
      }),
    ),
  'enrolled faces': (parts, clientId) =>
    inTransaction(parts).execute((transaction) =>
      createGallery(parts).add(transaction, { clientId, template: new Float32Array(128).fill(1) }),
    ),
  'webhook secrets': (parts, clientId) =>
    createWebhooks({
      ...parts,
      formats: new Map(),
      post: async () => ({ status: 200 }),
      onError: () => {},
    }).destinations.create({
      clientId,
      dialect: 'didit',
      url: 'https://a.example/',
      events: ['*'],
      secret: 's',
    }),
  'signature keys': ({ database, masterKey }, clientId) =>
    createClients(database, masterKey).update(clientId, { signatureKey: 'a private key' }),
  'the audit log': (parts, clientId) =>
    inTransaction(parts).execute((transaction) =>
      createAudit(parts.database, parts.masterKey).append(transaction, {
        actor: 'test',
        clientId,
        action: 'test.done',
        subject: null,
      }),
    ),
}

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`an installation on ${kind.name}`, () => {
    let config: (settings?: Record<string, string>) => Config
    beforeEach(async () => {
      const location = await kind.location()
      config = (settings = {}) =>
        readConfig({
          LIVEFACE_DATA_DIR: folder,
          ...('url' in location ? { LIVEFACE_DATABASE_URL: location.url } : {}),
          ...settings,
        })
    })

    /** Opens, works and closes. @returns what `work` returns */
    async function start<T>(
      work: (installation: Installation) => Promise<T> = async () => undefined as T,
      settings: Record<string, string> = {},
    ): Promise<T> {
      const installation = await openInstallation(config(settings))
      try {
        return await work(installation)
      } finally {
        await installation.database.destroy()
      }
    }

    const makeClient = ({ database, masterKey }: Installation) =>
      createClients(database, masterKey).create({
        dialect: 'cashfree',
        environment: 'production',
        name: 'test',
      })

    it('makes key and tables on its first start, and opens them on the next', async () => {
      const ids = async ({ masterKey, databaseId }: Installation) => [masterKey.id, databaseId]
      const first = await start(ids)
      expect(await start(ids)).toEqual(first)
    })

    it('agrees on one key when several processes start at once', async () => {
      const environment = {
        ...process.env,
        LIVEFACE_DATA_DIR: folder,
        LIVEFACE_DATABASE_URL: config().databaseUrl ?? '',
      }
      const program = `
        const { readConfig } = await import('./src/config/index.ts')
        const { openInstallation } = await import('./src/installation/index.ts')
        const { database, masterKey } = await openInstallation(readConfig(process.env))
        await database.destroy()
        console.log(masterKey.id)`
      const args = ['--import', 'tsx', '--input-type=module', '-e', program]
      const start = () => promisify(execFile)(process.execPath, args, { env: environment })
      const started = await Promise.all([start(), start(), start()])
      expect(new Set(started.map(({ stdout }) => stdout)).size).toBe(1)
    })

    it('never makes a key in place of a lost one', async () => {
      await start(makeClient)
      rmSync(keyFile())
      await expect(start()).rejects.toThrow(
        /^The master key \([0-9a-f]{8}\) of the database .* is missing: there is no .*master\.key\. Put that file back/,
      )
      expect(existsSync(keyFile())).toBe(false)
    })

    it('refuses another key, from the file or the environment, and names both places', async () => {
      await start(makeClient)
      await expect(start(undefined, { LIVEFACE_MASTER_KEY: oneKey })).rejects.toThrow(
        /^The master key in LIVEFACE_MASTER_KEY \([0-9a-f]{8}\) is not that of the database .*, which is under the key/,
      )
      writeFileSync(keyFile(), oneKey)
      await expect(start()).rejects.toThrow(/^The master key in .*master\.key \([0-9a-f]{8}\) is not that of/)
    })

    it('takes a key from the environment, and a new one put before it', async () => {
      const settings = { LIVEFACE_MASTER_KEY: oneKey }
      await start(makeClient, settings)
      expect(existsSync(keyFile())).toBe(false)
      await start(makeClient, { LIVEFACE_MASTER_KEY: `${anotherKey},${oneKey}` })
      await expect(start(undefined, settings)).rejects.toThrow(/is not that of the database/)
      await start(makeClient, { LIVEFACE_MASTER_KEY: `${anotherKey},${oneKey}` })
    })

    it('follows a rotation, also one that was cut off before it was noted', async () => {
      await start(makeClient)
      copyFileSync(keyFile(), join(folder, 'before'))
      addMasterKey(folder)
      const rotated = await start(async ({ masterKey }) => masterKey.id)
      // A copy of the key file from before the rotation lacks the key that newer rows are under.
      copyFileSync(join(folder, 'before'), keyFile())
      await expect(start()).rejects.toThrow(new RegExp(`is under the key ${rotated}`))
    })

    describe('made by a version that noted no key', () => {
      const forgetNote = ({ database }: Installation) => database.deleteFrom('installation').execute()

      it.each(Object.keys(kinds))('is checked by opening %s', async (name) => {
        await start(async (parts) => {
          const { id } = await makeClient(parts)
          await kinds[name]?.(parts, id)
          await forgetNote(parts)
        })
        const right = readFileSync(keyFile())
        writeFileSync(keyFile(), oneKey)
        await expect(start()).rejects.toThrow(`has rows that it does not open: ${name}. Put back the key`)
        writeFileSync(keyFile(), right)
        await start()
        writeFileSync(keyFile(), oneKey)
        await expect(start()).rejects.toThrow(/is under the key/)
      })

      it('gets no new key either', async () => {
        await start(async (parts) => {
          await makeClient(parts)
          await forgetNote(parts)
        })
        rmSync(keyFile())
        await expect(start()).rejects.toThrow(/^The master key of the database .* is missing/)
      })
    })

    it('refuses an empty database beside kept pictures', async () => {
      mkdirSync(join(folder, 'evidence', 'ab'), { recursive: true })
      writeFileSync(join(folder, 'evidence', 'ab', 'a picture'), 'x')
      const refused = /is empty, but there are pictures in .*evidence\. They belong together/
      await expect(start()).rejects.toThrow(refused)
      if (kind.name === 'SQLite') expect(existsSync(join(folder, 'liveface.db'))).toBe(false)
      rmSync(join(folder, 'evidence'), { recursive: true })
      // Tables alone are empty too.
      await start()
      mkdirSync(join(folder, 'evidence', 'ab'), { recursive: true })
      writeFileSync(join(folder, 'evidence', 'ab', 'a picture'), 'x')
      await expect(start()).rejects.toThrow(refused)
    })

    it('says that a newer version made the database, and leaves it alone', async () => {
      await start(async ({ database }) => {
        await sql`insert into kysely_migration (name, timestamp) values ('9999-later', 'x')`.execute(database)
      })
      await expect(start()).rejects.toThrow(
        /^The database .* cannot be used: it was made by a newer version of Liveface \(9999-later\); install that/,
      )
    })

    it('notes the key of a rotation at once', async () => {
      await start(async ({ database }) => {
        const renewed = addMasterKey(folder)
        await recordKey(database, renewed)
        expect(await database.selectFrom('installation').selectAll().execute()).toEqual([
          { id: 1, key_id: renewed.id, database_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        ])
      })
    })
  })
}

describe('a SQLite file', () => {
  it('that holds nothing, as a copy without its log does, is refused beside a key', async () => {
    openMasterKey(folder)
    const file = join(folder, 'liveface.db')
    const connection = openConnection(file)
    connection.pragma('journal_mode = WAL')
    connection.close()
    const config = readConfig({ LIVEFACE_DATA_DIR: folder })
    await expect(openInstallation(config)).rejects.toThrow(
      /is empty, but there is .*master\.key: a copy of the file without its log .*liveface\.db-wal.* restore all/,
    )
    rmSync(file)
    const { database } = await openInstallation(config)
    await database.destroy()
  })
})
