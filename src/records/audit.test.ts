import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { type OpenedDatabase, testDatabases } from '../../test/support/databases.ts'
import { addMasterKey, openMasterKey } from '../access/master-key.ts'
import { type Database, openDatabase } from '../database/index.ts'
import { isPostgres } from '../database/portable.ts'
import { createAudit } from './audit.ts'
import type { Audit } from './types.ts'

const append = (database: Database, audit: Audit, subject: string) =>
  database.transaction().execute((transaction) =>
    audit.append(transaction, {
      actor: 'operator',
      clientId: null,
      action: 'entry.added',
      subject,
      details: { reason: 'a test' },
    }),
  )

/** What someone with full rights on the database could do, past the triggers. */
async function tamper(database: Database, statement: string): Promise<void> {
  if (isPostgres(database)) {
    await sql`alter table audit disable trigger audit_append_only`.execute(database)
  } else {
    for (const verb of ['update', 'delete']) {
      await sql.raw(`drop trigger if exists audit_no_${verb}`).execute(database)
    }
  }
  await sql.raw(statement).execute(database)
}

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`audit log on ${kind.name}`, () => {
    let opened: OpenedDatabase
    let audit: Audit
    beforeEach(async () => {
      opened = await kind.open()
      audit = createAudit(opened.database, opened.masterKey)
    })

    it('is intact when empty and after every row', async () => {
      expect(await audit.verify()).toMatchObject({ intact: true, rows: 0 })
      for (let i = 1; i <= 3; i++) {
        await append(opened.database, audit, `s${i}`)
        expect(await audit.verify()).toMatchObject({ intact: true, rows: i })
      }
      const newest = await audit.list({ limit: 2 })
      expect(newest.map(({ subject }) => subject)).toEqual(['s3', 's2'])
      expect(newest[0]).toMatchObject({ actor: 'operator', details: { reason: 'a test' }, sequence: 3 })
    })

    it('adds nothing when the transaction rolls back', async () => {
      await append(opened.database, audit, 'a')
      const failing = opened.database.transaction().execute(async (transaction) => {
        await audit.append(transaction, { actor: 'a', clientId: null, action: 'b', subject: 'c' })
        throw new Error('rolled back')
      })
      await expect(failing).rejects.toThrow('rolled back')
      await append(opened.database, audit, 'b')
      expect(await audit.verify()).toMatchObject({ intact: true, rows: 2 })
    })

    it('keeps one chain when several servers write at once', async () => {
      // One process opens SQLite once: a second connection would wait for the first without letting it run.
      const servers = kind.name === 'SQLite' ? 0 : 2
      const others: Database[] = []
      for (let i = 0; i < servers; i++) others.push(await openDatabase(opened.location))
      const writers = [opened.database, ...others]
      await Promise.all(
        Array.from({ length: 60 }, (_, i) => append(writers[i % writers.length] as Database, audit, `s${i}`)),
      )
      expect(await audit.verify()).toMatchObject({ intact: true, rows: 60 })
      const subjects = (await audit.list()).map(({ subject }) => subject)
      expect(new Set(subjects).size).toBe(60)
      for (const other of others) await other.destroy()
    })

    it('can be verified while others write', async () => {
      let writing = true
      const writer = (async () => {
        for (let i = 0; writing; i++) await append(opened.database, audit, `s${i}`)
      })()
      for (let i = 0; i < 10; i++) expect((await audit.verify()).intact).toBe(true)
      writing = false
      await writer
    })

    const crimes = [
      { what: 'a changed field', statement: "update audit set actor = 'x' where sequence = 3", at: 3 },
      { what: 'a changed detail', statement: "update audit set details = '{}' where sequence = 5", at: 5 },
      { what: 'a changed time', statement: 'update audit set at = at + 1 where sequence = 1', at: 1 },
      { what: 'an unknown key', statement: "update audit set key_id = 'ffffffff' where sequence = 2", at: 2 },
      { what: 'a row cut out', statement: 'delete from audit where sequence = 2', at: 2 },
      { what: 'the newest row cut off', statement: 'delete from audit where sequence = 5', at: 5 },
      { what: 'a changed end', statement: "update audit_head set hash = 'x'", at: 5 },
      { what: 'a lost end', statement: 'delete from audit_head', at: 0 },
      { what: 'all rows gone', statement: 'delete from audit', at: 1 },
    ]
    for (const { what, statement, at } of crimes) {
      it(`names the row after ${what}`, async () => {
        for (let i = 1; i <= 5; i++) await append(opened.database, audit, `s${i}`)
        await tamper(opened.database, statement)
        expect(await audit.verify()).toMatchObject({ intact: false, sequence: at })
      })
    }

    it('shows with a mark kept elsewhere that the newest rows and the end were cut off together', async () => {
      for (let i = 1; i <= 5; i++) await append(opened.database, audit, `s${i}`)
      const verdict = await audit.verify()
      if (!verdict.intact) throw new Error('broken')
      await tamper(opened.database, 'delete from audit where sequence = 5')
      await tamper(
        opened.database,
        'update audit_head set sequence = 4, hash = (select hash from audit where sequence = 4)',
      )
      expect((await audit.verify()).intact).toBe(true)
      expect(await audit.verify(verdict.head)).toMatchObject({ intact: false, sequence: 5 })
      await append(opened.database, audit, 'another')
      expect(await audit.verify(verdict.head)).toMatchObject({ intact: false, sequence: 5 })
    })

    it('stays whole over a rotation of the master key, and is broken under a foreign key', async () => {
      await append(opened.database, audit, 'before')
      const rotated = createAudit(opened.database, addMasterKey(opened.directory))
      await append(opened.database, rotated, 'after')
      expect(await rotated.verify()).toMatchObject({ intact: true, rows: 2 })
      const foreign = createAudit(opened.database, openMasterKey(`${opened.directory}/other`))
      expect(await foreign.verify()).toMatchObject({ intact: false, sequence: 1 })
    })
  })
}
