/** Erasing by person and by age, in every dialect on both databases. All is real but the engine, a stub. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { liveface } from './support/commands.ts'
import { testDatabases } from './support/databases.ts'
import {
  type DialectName,
  dialectNames,
  type EveryDialect,
  startEveryDialect,
} from './support/every-dialect.ts'
import { stubEngine, stubReport } from './support/stub-engine.ts'

/** What each vendor says of a check that was erased while it was measured. */
const erased: Record<DialectName, { status: number; body: object }> = {
  cashfree: { status: 502, body: { code: 'verification_failed', message: 'verification attempt failed' } },
  didit: { status: 404, body: { detail: 'Session not found.' } },
  indiconnect: { status: 404, body: { status: 'ERROR', code: 404, message: 'Not Found' } },
  liveface: { status: 409, body: { code: 'check_erased' } },
  verifyhq: { status: 404, body: { statusCode: 404, message: 'Liveness session not found' } },
}

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`on ${kind.name}`, () => {
    let calls: EveryDialect
    /** Runs while a picture is measured. */
    let meanwhile: () => Promise<unknown>
    afterEach(async () => {
      vi.unstubAllEnvs()
      await calls.stop()
    })

    async function start() {
      const location = await kind.location()
      const settings = 'url' in location ? { LIVEFACE_DATABASE_URL: location.url } : {}
      meanwhile = async () => {}
      const analyse = async () => {
        await meanwhile()
        return stubReport()
      }
      calls = await startEveryDialect({ engine: stubEngine({ analyse }), settings })
      vi.stubEnv('LIVEFACE_DATA_DIR', calls.server.dataDirectory)
      vi.stubEnv('LIVEFACE_DATABASE_URL', settings.LIVEFACE_DATABASE_URL ?? '')
      vi.stubEnv('LIVEFACE_MASTER_KEY', '')
    }

    const rowsOf = async (dialect: string) =>
      calls.server.database.selectFrom('checks').select('id').where('dialect', '=', dialect).execute()

    /** Every row of every table, as text. */
    async function everything(): Promise<string> {
      const { database } = calls.server
      const texts = []
      for (const { name } of await database.introspection.getTables()) {
        texts.push(JSON.stringify((await sql`select * from ${sql.table(name)}`.execute(database)).rows))
      }
      return texts.join('\n')
    }

    it('a person is found and erased everywhere, and nobody else', async () => {
      await start()
      for (const name of ['cashfree', 'didit', 'liveface', 'verifyhq'] as const) {
        await calls[name]('PERSON-gone')
        await calls[name]('PERSON-stays')
      }
      await calls.indiconnect()
      await calls.indiconnect()
      const shown = await liveface('erase', '--person', 'PERSON-gone')
      expect(shown).toMatchObject({ status: 0, stdout: expect.stringContaining('Nothing was erased yet') })
      for (const name of ['cashfree', 'didit', 'liveface', 'verifyhq']) expect(shown.stdout).toContain(name)
      expect(await everything()).toContain('PERSON-gone')

      await liveface('erase', '--person', 'PERSON-gone', '--dialect', 'cashfree', '--yes')
      expect(await rowsOf('cashfree')).toHaveLength(1)
      expect(await rowsOf('didit')).toHaveLength(2)
      expect((await liveface('erase', '--person', 'PERSON-gone', '--yes')).stdout).toMatch(/Erased\.\n$/)
      const left = await everything()
      expect(left).not.toContain('PERSON-gone')
      expect(left).toContain('PERSON-stays')
      for (const name of dialectNames) expect(await rowsOf(name)).toHaveLength(name === 'indiconnect' ? 2 : 1)
      if (kind.name === 'SQLite') {
        const files = readdirSync(calls.server.dataDirectory).filter((name) => name.startsWith('liveface.db'))
        for (const name of files) {
          expect(readFileSync(join(calls.server.dataDirectory, name)).includes('PERSON-gone'), name).toBe(
            false,
          )
        }
      }
      const [check] = await rowsOf('indiconnect')
      await liveface('erase', '--person', check!.id, '--yes')
      expect(await rowsOf('indiconnect')).toHaveLength(1)
      expect(await liveface('erase', '--person', 'PERSON-gone')).toMatchObject({ status: 1 })
      const audited = await calls.server.services.audit.list()
      const acts = audited.filter(({ action }) => action === 'person.erased')
      expect(acts).toHaveLength(5)
      expect(acts[1]!.subject).toMatch(/^[0-9a-f]{64}$/)
      expect(acts[1]!.subject).toBe(acts[2]!.subject)
    })

    it('a check that is erased while it is measured is refused, given back and leaves nothing', async () => {
      await start()
      const { services, database } = calls.server
      await database.updateTable('clients').set({ balance: 5 }).execute()
      for (const name of dialectNames) {
        meanwhile = async () => {
          for (const { id, client_id } of await database.selectFrom('checks').selectAll().execute())
            await services.retention.erase(client_id, [id], { actor: 'operator' })
        }
        expect({ name, ...(await calls[name]('PERSON-gone')) }).toMatchObject({ name, ...erased[name] })
        expect(await rowsOf(name), name).toEqual([])
      }
      // A session that nobody finished stays paid.
      const clients = await database.selectFrom('clients').select(['dialect', 'balance']).execute()
      for (const { dialect, balance } of clients)
        expect([dialect, balance]).toEqual([dialect, dialect === 'verifyhq' ? 4 : 5])
      expect(await everything()).not.toContain('PERSON-gone')
    })

    it('every dialect is swept after the months that a command sets', async () => {
      await start()
      const { server } = calls
      for (const name of dialectNames) await calls[name]('old')
      for (const { id } of await server.services.clients.list()) {
        expect((await liveface('clients', 'set', id, '--retention-months', '1')).status).toBe(0)
      }
      await server.services.retention.sweep()
      for (const name of dialectNames) expect(await rowsOf(name), name).toHaveLength(1)
      await server.database
        .updateTable('checks')
        .set({ created_at: Date.now() - 32 * 24 * 60 * 60_000 })
        .execute()
      await server.services.retention.sweep()
      for (const name of dialectNames) expect(await rowsOf(name), name).toEqual([])
      expect(await server.database.selectFrom('challenge_sessions').select('id').execute()).toEqual([])
      const [client] = await server.services.clients.list('cashfree')
      await liveface(
        'clients',
        'set',
        client!.id,
        '--retention-months',
        'none',
        '--strict-match-status',
        'on',
        '--single-use-signatures',
        'on',
      )
      await liveface('clients', 'set', client!.id, '--balance', '7')
      expect((await server.services.clients.find(client!.id))?.settings).toMatchObject({
        retentionMonths: null,
        strictMatchStatus: true,
        singleUseSignatures: true,
      })
      await expect(liveface('clients', 'set', client!.id, '--retention-months', '0')).rejects.toThrow()
      await expect(liveface('clients', 'set', 'nobody', '--balance', '1')).rejects.toThrow('no client nobody')
    })
  })
}
