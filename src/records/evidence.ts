/** Evidence: submitted pictures, each encrypted into a file under a key of its own. */
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { decrypt, encrypt, open, seal } from '../access/envelope.ts'
import type { MasterKey } from '../access/master-key.ts'
import type { Database } from '../database/index.ts'
import { prepareQuery, type Value } from '../database/prepared.ts'
import type { EvidenceTable } from '../database/schema-platform.ts'
import { batches, rowsAtATime } from './batches.ts'
import type { EvidenceFiles } from './evidence-files.ts'
import { ObjectStoreError } from './object-store.ts'
import type { Evidence, EvidenceFacts } from './types.ts'

/** First bytes of every file: what it is, and the version of the layout behind it. */
const magic = Buffer.from('LFE1')
const linkLifeMs = 60 * 60_000
/** A file without a row this old is not one whose transaction is still under way. */
const orphanAge = 60 * 60_000
/** Rows taken at a time where all are gone through. */
const batch = 500

export interface EvidenceOptions {
  database: Database
  masterKey: MasterKey
  /** Where the encrypted pictures lie. Servers that share a database must share this place too. */
  files: EvidenceFiles
  now?: () => number
}

/**
 * AES-256-GCM with a random data key per picture, which the master key wraps; client and id are bound
 * into both layers, so that a file put in another's place does not open. Deleting the row deletes the
 * only copy of the data key: what a disk or a backup still holds of the file can't be read.
 */
export function createEvidence({ database, masterKey, files, now = Date.now }: EvidenceOptions): Evidence {
  const insertRow = prepareQuery((db, value: Value<EvidenceTable>) =>
    db.insertInto('evidence').values({
      id: value('id'),
      client_id: value('client_id'),
      check_id: value('check_id'),
      role: value('role'),
      media_type: value('media_type'),
      size: value('size'),
      wrapped_key: value('wrapped_key'),
      created_at: value('created_at'),
      source: value('source'),
    }),
  )

  async function openRow(row: EvidenceTable | undefined) {
    const bytes = row && (await files.read(row.id))
    // A file that is gone is a picture that was deleted while its row was being read.
    if (!row || !bytes) return null
    const context = evidenceContext(row.client_id, row.id)
    const key = open(masterKey, 'evidence', context, row.wrapped_key)
    return { facts: toFacts(row), bytes: decrypt(key, context, bytes.subarray(magic.length)) }
  }

  const stage: Evidence['stage'] = async ({ clientId, role, mediaType, bytes, source = null }) => {
    const id = randomUUID()
    const context = evidenceContext(clientId, id)
    const key = randomBytes(32)
    await files.write(id, Buffer.concat([magic, encrypt(key, context, bytes)]))
    const row = {
      id,
      client_id: clientId,
      role,
      media_type: mediaType,
      size: bytes.length,
      wrapped_key: seal(masterKey, 'evidence', context, key),
      created_at: now(),
      source,
    }
    return {
      id,
      rowOf: (checkId) => ({ ...row, check_id: checkId }),
      async insert(transaction, checkId) {
        await insertRow(transaction, { ...row, check_id: checkId })
      },
    }
  }

  return {
    stage,

    async insertAll(transaction, rows) {
      for (const part of batches(rows, rowsAtATime))
        await transaction.insertInto('evidence').values(part).execute()
    },

    async keep(transaction, picture) {
      const { id, insert } = await stage(picture)
      await insert(transaction, picture.checkId)
      return id
    },

    async list(clientId, checkId) {
      const rows = await database
        .selectFrom('evidence')
        .selectAll()
        .where('client_id', '=', clientId)
        .where('check_id', '=', checkId)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.map(toFacts)
    },

    async read(clientId, id) {
      const row = await database
        .selectFrom('evidence')
        .selectAll()
        .where('client_id', '=', clientId)
        .where('id', '=', id)
        .executeTakeFirst()
      return openRow(row)
    },

    async erase(transaction, clientId, checkIds) {
      if (checkIds.length === 0) return { pictures: 0, removeFiles: async () => {} }
      const rows = await transaction
        .deleteFrom('evidence')
        .where('client_id', '=', clientId)
        .where('check_id', 'in', checkIds)
        .returning('id')
        .execute()
      return {
        pictures: rows.length,
        removeFiles: async () => {
          try {
            for (const { id } of rows) await files.remove(id)
          } catch (error) {
            // The caller waits, and a store that hangs would hang for each. Nobody can read a picture without its row, so
            // the sweep may delete the rest.
            if (!(error instanceof ObjectStoreError)) throw error
          }
        },
      }
    },

    link(id) {
      // Whole minutes, so that the same picture has the same link for a while and may be cached.
      const expires = String(Math.ceil((now() + linkLifeMs) / 60_000) * 60)
      return `/evidence/${id}?expires=${expires}&signature=${sign(masterKey, id, expires)}`
    },

    async readLink(id, expires, signature) {
      const left = /^\d{1,12}$/.test(expires) ? Number(expires) * 1000 - now() : 0
      // More than a link is ever given: the clock was set back, and would make it live on.
      if (left <= 0 || left > linkLifeMs + 2 * 60_000) return null
      const expected = Buffer.from(sign(masterKey, id, expires))
      const given = Buffer.from(signature)
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
      return openRow(
        await database.selectFrom('evidence').selectAll().where('id', '=', id).executeTakeFirst(),
      )
    },

    async sweepFiles() {
      let count = 0
      for await (const ids of files.older(now() - orphanAge)) {
        const rows = await database.selectFrom('evidence').select('id').where('id', 'in', ids).execute()
        const known = new Set(rows.map(({ id }) => id))
        for (const id of ids) {
          if (known.has(id)) continue
          await files.remove(id)
          count++
        }
      }
      return count
    },

    async rewrap() {
      for (let count = 0; ; ) {
        const rows = await database
          .selectFrom('evidence')
          .selectAll()
          .where('wrapped_key', 'not like', `${masterKey.id}.%`)
          .limit(batch)
          .execute()
        if (rows.length === 0) return count
        for (const row of rows) {
          const context = evidenceContext(row.client_id, row.id)
          const key = open(masterKey, 'evidence', context, row.wrapped_key)
          await database
            .updateTable('evidence')
            .set({ wrapped_key: seal(masterKey, 'evidence', context, key) })
            .where('id', '=', row.id)
            .execute()
        }
        count += rows.length
      }
    },
  }
}

/** What a picture and its key are sealed for. */
export function evidenceContext(clientId: string, id: string): string {
  return `evidence/${clientId}/${id}`
}

/** HMAC over id and end of life, 43 characters that a URL can hold. */
function sign(masterKey: MasterKey, id: string, expires: string): string {
  return createHmac('sha256', masterKey.derive('links'))
    .update(`evidence:${id}:${expires}`)
    .digest('base64url')
}

function toFacts(row: EvidenceTable): EvidenceFacts {
  return {
    id: row.id,
    clientId: row.client_id,
    checkId: row.check_id,
    role: row.role,
    mediaType: row.media_type,
    size: row.size,
    createdAt: row.created_at,
    source: row.source,
  }
}
