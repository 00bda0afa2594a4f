/** Database, master key and kept pictures of one installation: opened together, or not at all. */
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findKeySource } from '../access/key-source.ts'
import { findMasterKey, type MasterKey, masterKeyFile, openMasterKey } from '../access/master-key.ts'
import type { Config } from '../config/index.ts'
import { emptyLog } from '../database/erased.ts'
import { type Database, DatabaseError, type History, openDatabase, placeOf } from '../database/index.ts'
import { openEvidencePlace } from '../records/evidence-place.ts'
import { holdsPictures } from '../records/evidence-store.ts'
import { findUnopenable } from './sealed-rows.ts'

export interface Installation {
  database: Database
  masterKey: MasterKey
  /** UUID, which a copy of the database has too. */
  databaseId: string
}

/** Where `config` says the data lives. */
export function databaseLocation(config: Config) {
  return config.databaseUrl
    ? { url: config.databaseUrl, waitMs: config.databaseWaitMs }
    : { file: join(config.dataDirectory, 'liveface.db') }
}

/**
 * Opens database and master key, and makes both on the first start. A key is made only where there is nothing that
 * another one could have sealed: what was sealed under a lost key never opens again, and a new key in its place would
 * hide that until the first customer meets it.
 * @param given a database that is open already
 * @throws DatabaseError when a part is missing or belongs to another installation; MasterKeyError; ObjectStoreError when
 *   there is no client yet and the store of kept pictures does not say whether it is empty
 */
export async function openInstallation(config: Config, given?: Database): Promise<Installation> {
  const { dataDirectory } = config
  const source = findKeySource(config)
  const location = databaseLocation(config)
  const places: Places = {
    database: placeOf(location),
    key: source?.name ?? masterKeyFile(dataDirectory),
    pictures: join(dataDirectory, 'evidence'),
  }
  const hasPictures = holdsFiles(places.pictures)
  const isNew = !given && 'file' in location && !existsSync(location.file)
  if (isNew && hasPictures) throw picturesAlone(places)
  const keys = {
    find: () => findMasterKey(dataDirectory, source),
    findOrMake: () => openMasterKey(dataDirectory, source),
  }
  // A database that is refused for what it lacks gets no key, which would be there before it.
  if (isNew && config.migrate) keys.findOrMake()
  // A key in a file was made with the database beside it. A key in the environment, or a server, may be older.
  const wasUsed = hasPictures || ('file' in location && !isNew && existsSync(masterKeyFile(dataDirectory)))
  const examine = async (history: History) => {
    if (wasUsed && (await staysEmpty(history))) {
      throw hasPictures ? picturesAlone(places) : emptyDatabase(places)
    }
  }
  const database = given ?? (await openDatabase(location, { examine, migrate: config.migrate }))
  try {
    const masterKey = await fitKey(database, keys, places)
    if (!(await hasClients(database))) {
      if (hasPictures) throw picturesAlone(places)
      const { store } = openEvidencePlace(config)
      if (store && (await holdsPictures(store.files))) throw storeAlone(places, store.objects.place)
    }
    return { database, masterKey, databaseId: await idOf(database) }
  } catch (error) {
    if (!given) await database.destroy()
    throw error
  }
}

/** Notes which key is the current one now, after a rotation. */
export async function recordKey(database: Database, { id }: MasterKey): Promise<void> {
  await database
    .insertInto('installation')
    .values({ id: 1, key_id: id })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ key_id: id }))
    .execute()
}

interface Places {
  database: string
  key: string
  pictures: string
}

/** @returns the key, which is the one that the records are under */
async function fitKey(
  database: Database,
  keys: { find(): MasterKey | null; findOrMake(): MasterKey },
  places: Places,
): Promise<MasterKey> {
  const recorded = await recordedKey(database)
  const wasUsed = recorded !== null || (await hasClients(database))
  // Looked for only now: whoever noted the key had made it before.
  const masterKey = wasUsed ? keys.find() : keys.findOrMake()
  if (!masterKey) throw keyMissing(places, recorded)
  if (recorded) {
    if (!masterKey.has(recorded)) throw otherKey(places, masterKey, `is under the key ${recorded}`)
  } else {
    // Made by a version that noted no key: what is there must open.
    const closed = await findUnopenable(database, masterKey)
    if (closed.length > 0) {
      throw otherKey(places, masterKey, `has rows that it does not open: ${closed.join(', ')}`)
    }
    await database
      .insertInto('installation')
      .values({ id: 1, key_id: masterKey.id })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    // Of two servers that start at once with a key each, the second learns here that it has the wrong one.
    const first = await recordedKey(database)
    if (first && !masterKey.has(first)) throw otherKey(places, masterKey, `is under the key ${first}`)
  }
  if (recorded !== masterKey.id) {
    await recordKey(database, masterKey)
    // Into the file itself, so that a copy of it without its log is never an empty one.
    await emptyLog(database, 0)
  }
  return masterKey
}

async function recordedKey(database: Database): Promise<string | null> {
  const row = await database.selectFrom('installation').select('key_id').executeTakeFirst()
  return row?.key_id ?? null
}

/** Made at the first start; of two servers that start at once, the second takes that of the first. */
async function idOf(database: Database): Promise<string> {
  await database
    .updateTable('installation')
    .set({ database_id: randomUUID() })
    .where('database_id', 'is', null)
    .execute()
  const { database_id: id } = await database
    .selectFrom('installation')
    .select('database_id')
    .executeTakeFirstOrThrow()
  return id!
}

async function hasClients(database: Database): Promise<boolean> {
  return (await database.selectFrom('clients').select('id').limit(1).executeTakeFirst()) !== undefined
}

/** Looks for a while: another server may be making the tables at this moment. */
async function staysEmpty(history: History): Promise<boolean> {
  for (let look = 0; look < 20; look++) {
    if ((await history()).length > 0) return false
    await sleep(100)
  }
  return true
}

function holdsFiles(directory: string): boolean {
  if (!existsSync(directory)) return false
  // Folder by folder: there may be millions.
  return readdirSync(directory, { withFileTypes: true }).some((entry) =>
    entry.isDirectory() ? holdsFiles(join(directory, entry.name)) : entry.isFile(),
  )
}

const together =
  'They belong together, with liveface.db-wal where there is one: restore all of them from one backup'
const orBegin = 'or, to start over without what was kept, move them to another folder'

function keyMissing({ database, key }: Places, id: string | null): DatabaseError {
  const name = id ? ` (${id})` : ''
  return new DatabaseError(
    `The master key${name} of the database ${database} is missing: there is no ${key}. Put that file back, or set ` +
      'LIVEFACE_MASTER_KEY; no other key opens the pictures, faces and secrets in this database.',
  )
}

function otherKey({ database, key }: Places, { id }: MasterKey, reason: string): DatabaseError {
  return new DatabaseError(
    `The master key in ${key} (${id}) is not that of the database ${database}, which ${reason}. Put back the key ` +
      'that belongs to this database, or the database that belongs to this key.',
  )
}

function picturesAlone({ database, pictures }: Places): DatabaseError {
  return new DatabaseError(
    `The database ${database} is empty, but there are pictures in ${pictures}. ${together}, ${orBegin}.`,
  )
}

function storeAlone({ database }: Places, store: string): DatabaseError {
  return new DatabaseError(
    `The database ${database} is empty, but there are pictures in ${store}. Restore the database that belongs to them, ` +
      'or name another prefix in LIVEFACE_EVIDENCE_URL.',
  )
}

function emptyDatabase({ database, key }: Places): DatabaseError {
  return new DatabaseError(
    `The database ${database} is empty, but there is ${key}: a copy of the file without its log (${database}-wal) ` +
      `looks like this. ${together}, ${orBegin}.`,
  )
}
