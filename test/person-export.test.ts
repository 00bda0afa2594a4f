/** What `liveface export` writes about a person, of every dialect on both databases. All is real but the engine, a stub. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { actedPhoto, analyseAct, greyJpeg } from './support/acted-photo.ts'
import { liveface } from './support/commands.ts'
import { testDatabases } from './support/databases.ts'
import { dialectNames, type EveryDialect, startEveryDialect } from './support/every-dialect.ts'
import { stubEngine } from './support/stub-engine.ts'

type Row = Record<string, unknown>
interface Exported {
  person: string
  clients: ({ client: string; dialect: string } & Record<string, Row[]>)[]
}

/**
 * What changes beside the person's own rows: counters, pieces of the codes that stand in the imprints, and limits per
 * minute, which servers on PostgreSQL forget when the minute is over.
 */
const notOfThePerson = ['gallery_heads', 'imprint_bands', 'audit', 'audit_head', 'rate_windows']

const scratch = mkdtempSync(join(tmpdir(), 'liveface-export-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`on ${kind.name}`, () => {
    let calls: EveryDialect
    afterEach(async () => {
      vi.unstubAllEnvs()
      await calls.stop()
    })

    async function start() {
      const location = await kind.location()
      const settings = {
        LIVEFACE_EVIDENCE: 'true',
        ...('url' in location ? { LIVEFACE_DATABASE_URL: location.url } : {}),
      }
      calls = await startEveryDialect({ engine: stubEngine({ analyse: analyseAct }), settings })
      vi.stubEnv('LIVEFACE_DATA_DIR', calls.server.dataDirectory)
      vi.stubEnv('LIVEFACE_DATABASE_URL', 'url' in location ? location.url : '')
      vi.stubEnv('LIVEFACE_MASTER_KEY', '')
    }

    /** Every row of every table as text, without the counters. */
    async function rowsByTable(): Promise<Map<string, Set<string>>> {
      const { database } = calls.server
      const tables = new Map<string, Set<string>>()
      for (const { name } of await database.introspection.getTables()) {
        if (notOfThePerson.includes(name)) continue
        const { rows } = await sql`select * from ${sql.table(name)}`.execute(database)
        tables.set(name, new Set(rows.map((row) => JSON.stringify(row))))
      }
      return tables
    }

    const read = (folder: string): Exported => JSON.parse(readFileSync(join(folder, 'person.json'), 'utf8'))

    it('everything that erasing would take is written, of every dialect, and of nobody else', async () => {
      await start()
      const { headers, server } = calls
      await fetch(`${server.url}/v3/webhook/destinations/`, {
        method: 'POST',
        headers: { ...headers.didit, 'content-type': 'application/json' },
        body: JSON.stringify({
          label: 'x',
          url: 'https://example.com/hook',
          subscribed_events: ['status.updated'],
          webhook_version: 'v3',
        }),
      })
      for (const name of ['cashfree', 'didit'] as const) {
        await calls[name]('PERSON-asks', { picture: actedPhoto({ person: 1 }) })
        await calls[name]('PERSON-other', { picture: actedPhoto({ person: 2 }) })
      }
      for (const person of ['PERSON-asks', 'PERSON-other']) {
        await calls.liveface(person, { picture: actedPhoto() })
        await calls.verifyhq(person)
      }
      await calls.indiconnect('', { picture: actedPhoto() })

      // An attempt at a webhook between export and erasure would be a row that is erased and was not written.
      await calls.server.services.webhooks.stop()
      const folder = join(scratch, `${kind.name}-all`)
      const { status, stdout } = await liveface('export', '--person', 'PERSON-asks', '--to', folder)
      expect(status).toBe(0)
      expect(stdout).toContain('with 4 pictures')
      const { person, clients } = read(folder)
      expect(person).toBe('PERSON-asks')
      expect(clients.map(({ dialect }) => dialect)).toEqual(['cashfree', 'didit', 'liveface', 'verifyhq'])
      // IndiConnect's callers have no id of a person: the next test asks for a check.
      expect(new Set([...clients.map(({ dialect }) => dialect), 'indiconnect'])).toEqual(
        new Set(dialectNames),
      )
      expect(readFileSync(join(folder, 'person.json'), 'utf8')).not.toContain('PERSON-other')
      const [cashfree, didit, native, verifyhq] = clients
      expect(cashfree!.checks![0]).toMatchObject({
        external_id: 'PERSON-asks',
        result: { status: 'SUCCESS' },
      })
      expect(native!.checks![0]).toMatchObject({ person: 'PERSON-asks', result: { type: 'liveness' } })
      expect(didit!.gallery_entries![0]!.template).toHaveLength(128)
      expect(verifyhq!.challenge_photos![0]).toMatchObject({
        report: { subject: { template: expect.any(Array), imprint: expect.any(Array) } },
      })
      expect(verifyhq!.imprints![0]).toMatchObject({ code: expect.any(String) })
      for (const client of clients) {
        const { file } = client.evidence![0] as { file: string }
        expect(readFileSync(join(folder, file))).toEqual(greyJpeg)
      }

      const before = await rowsByTable()
      await liveface('erase', '--person', 'PERSON-asks', '--yes')
      const after = await rowsByTable()
      for (const [table, rows] of before) {
        const erased = [...rows].filter((row) => !after.get(table)?.has(row)).length
        const written = clients.reduce((sum, client) => sum + (client[table]?.length ?? 0), 0)
        expect(written, table).toBe(erased)
      }
    })

    it('is for its owner alone, is written into an empty folder, and is audited', async () => {
      await start()
      await calls.indiconnect('', { picture: actedPhoto() })
      const [check] = await calls.server.database.selectFrom('checks').select('id').execute()
      const folder = join(scratch, `${kind.name}-one`)
      expect((await liveface('export', '--person', check!.id, '--to', folder)).status).toBe(0)
      expect(read(folder).clients).toMatchObject([{ dialect: 'indiconnect', checks: [{ id: check!.id }] }])
      expect(statSync(folder).mode & 0o077).toBe(0)
      for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        expect(statSync(join(folder, file)).mode & 0o077, file).toBe(0)
      }
      await expect(liveface('export', '--person', check!.id, '--to', folder)).rejects.toThrow('not empty')
      const nowhere = join(scratch, `${kind.name}-none`)
      expect((await liveface('export', '--person', 'nobody', '--to', nowhere)).status).toBe(1)
      expect(existsSync(nowhere)).toBe(false)
      const acts = await calls.server.services.audit.list()
      expect(acts.filter(({ action }) => action === 'person.exported')).toMatchObject([
        { actor: 'operator', subject: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ])
    })
  })
}
