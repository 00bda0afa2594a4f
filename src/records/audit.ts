/** The audit log: append-only, each row sealed over the one before it. */
import { createHmac } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import type { MasterKey } from '../access/master-key.ts'
import type { Database, Tables } from '../database/index.ts'
import { isPostgres } from '../database/portable.ts'
import { sentWithNext } from '../database/postgres.ts'
import { prepareQuery, runTogether, type Value } from '../database/prepared.ts'
import type { AuditTable } from '../database/schema-platform.ts'
import type { Audit, AuditEntry, AuditMark, AuditPlace, AuditVerdict } from './types.ts'

const batch = 1000

/**
 * The seal is an HMAC under a key derived from the master key: who can write to the database, but does
 * not hold the key, can neither change a row nor make one up. Cutting off the newest rows together with
 * the head row leaves a shorter chain that is whole in itself; only a mark kept elsewhere shows that.
 */
export function createAudit(db: Database, masterKey: MasterKey, now: () => number = Date.now): Audit {
  const countUp = prepareQuery((db) =>
    db
      .updateTable('audit_head')
      .set((column) => ({ sequence: column('sequence', '+', 1) }))
      .where('id', '=', 1)
      .returning(['sequence', 'hash']),
  )
  const insert = prepareQuery((db, value: Value<AuditTable>) =>
    db.insertInto('audit').values({
      sequence: value('sequence'),
      at: value('at'),
      actor: value('actor'),
      client_id: value('client_id'),
      action: value('action'),
      subject: value('subject'),
      details: value('details'),
      key_id: value('key_id'),
      hash: value('hash'),
    }),
  )
  const remember = prepareQuery((db, value: Value<{ hash: string }>) =>
    db
      .updateTable('audit_head')
      .set({ hash: value('hash') })
      .where('id', '=', 1),
  )
  /**
   * Both in one statement, which goes with the commit: everybody waits for the head meanwhile. SQLite has no such
   * statements.
   */
  const insertAndRemember = prepareQuery((db, value: Value<AuditTable>) => ({
    compile: () =>
      sql`${sql.raw(sentWithNext)}
        with remembered as (update audit_head set hash = ${value('hash')} where id = 1)
        insert into audit (sequence, at, actor, client_id, action, subject, details, key_id, hash)
        values (${value('sequence')}, ${value('at')}, ${value('actor')}, ${value('client_id')}, ${value('action')},
          ${value('subject')}, ${value('details')}, ${value('key_id')}, ${value('hash')})`.compile(db),
  }))

  /** @param head counted up, which also locks it until the commit: the next writer reads the hash that this one leaves */
  async function link(
    transaction: Transaction<Tables>,
    head: AuditMark | undefined,
    { actor, clientId, action, subject, details = {} }: AuditEntry,
  ): Promise<AuditPlace> {
    if (!head) throw new Error('The audit log has no head.')
    const row = {
      sequence: head.sequence,
      at: now(),
      actor,
      client_id: clientId,
      action,
      subject,
      details: JSON.stringify(details),
      key_id: masterKey.id,
    }
    const hash = sealRow(masterKey, row, head.hash)
    if (isPostgres(db)) await insertAndRemember(transaction, { ...row, hash })
    else {
      await insert(transaction, { ...row, hash })
      await remember(transaction, { hash })
    }
    return { sequence: row.sequence, at: row.at }
  }

  return {
    async append(transaction, entry) {
      return link(transaction, (await countUp(transaction, {})).rows[0], entry)
    },

    async appendAfter(transaction, query, entry) {
      const [result, { rows }] = await runTogether(transaction, query, countUp.with(transaction, {}))
      await link(transaction, rows[0], entry)
      return result
    },

    async verify(mark) {
      const head = await db.selectFrom('audit_head').selectAll().where('id', '=', 1).executeTakeFirst()
      if (!head) return broken(0, 0, 'The row that holds the end of the chain is missing.')
      let rows = 0
      let hash = ''
      while (rows < head.sequence) {
        const part = await db
          .selectFrom('audit')
          .selectAll()
          .where('sequence', '>', rows)
          // Rows that are added meanwhile are not looked at: their end is not the one read above.
          .where('sequence', '<=', head.sequence)
          .orderBy('sequence')
          .limit(batch)
          .execute()
        if (part.length === 0) return broken(rows, rows + 1, 'The newest rows are missing.')
        for (const row of part) {
          if (row.sequence !== rows + 1) return broken(rows, rows + 1, 'The row is missing.')
          if (row.hash !== expectedHash(masterKey, row, hash)) {
            return broken(rows, row.sequence, 'The row, or the one before it, was changed.')
          }
          if (mark?.sequence === row.sequence && mark.hash !== row.hash) {
            return broken(rows, row.sequence, 'The row is not the one that the mark was taken from.')
          }
          rows = row.sequence
          hash = row.hash
        }
      }
      if (hash !== head.hash) return broken(rows, rows, 'The end of the chain was changed.')
      if (mark && mark.sequence > rows) return broken(rows, rows + 1, 'Rows up to the mark are missing.')
      return { intact: true, rows, head: { sequence: rows, hash } }
    },

    async list({ clientId, limit = 100, before } = {}) {
      let query = db.selectFrom('audit').selectAll()
      if (clientId !== undefined) query = query.where('client_id', '=', clientId)
      if (before !== undefined) query = query.where('sequence', '<', before)
      const rows = await query.orderBy('sequence', 'desc').limit(limit).execute()
      return rows.map((row) => ({
        sequence: row.sequence,
        at: row.at,
        actor: row.actor,
        clientId: row.client_id,
        action: row.action,
        subject: row.subject,
        details: JSON.parse(row.details),
      }))
    },
  }
}

/**
 * Whether the newest row was sealed under a key at hand; true when there is none. Says nothing about the rows before.
 */
export async function newestRowFits(db: Database, masterKey: MasterKey): Promise<boolean> {
  const [newest, before] = await db
    .selectFrom('audit')
    .selectAll()
    .orderBy('sequence', 'desc')
    .limit(2)
    .execute()
  return !newest || newest.hash === expectedHash(masterKey, newest, before?.hash ?? '')
}

function broken(rows: number, sequence: number, reason: string): AuditVerdict {
  return { intact: false, rows, sequence, reason }
}

/** @returns null when the row names a key that never existed */
function expectedHash(masterKey: MasterKey, row: AuditTable, previous: string): string | null {
  try {
    return sealRow(masterKey, row, previous)
  } catch {
    return null
  }
}

/** The fields as a JSON array: no two different rows give the same text. */
function sealRow(masterKey: MasterKey, row: Omit<AuditTable, 'hash'>, previous: string): string {
  const { sequence, at, actor, client_id, action, subject, details, key_id } = row
  const text = JSON.stringify([sequence, at, actor, client_id, action, subject, details, key_id, previous])
  return createHmac('sha256', masterKey.derive('audit', key_id)).update(text).digest('hex')
}
