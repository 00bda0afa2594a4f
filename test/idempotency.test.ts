/** Requests with an Idempotency-Key, over two servers and a restart, on both databases. The engine is a stub, which hides measuring. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, describe, expect, it } from 'vitest'
import { answerLife, createIdempotency } from '../src/records/idempotency.ts'
import { testDatabases } from './support/databases.ts'
import { jpeg } from './support/didit.ts'
import { form, type Part } from './support/form.ts'
import { until } from './support/patience.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine, stubReport } from './support/stub-engine.ts'

const directory = mkdtempSync(join(tmpdir(), 'liveface-idempotency-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const minute = 60_000

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`an Idempotency-Key on ${kind.name}`, () => {
    it('makes a request be done once, on two servers and after a restart', async () => {
      const location = await kind.location()
      const dataDirectory = mkdtempSync(join(directory, 'data-'))
      let analysed = 0
      /** Holds the next analysis until it is called. */
      let finish: (() => void) | null = null
      let hold = false
      const engine = stubEngine({
        async analyse() {
          analysed++
          if (hold) await new Promise<void>((resolve) => (finish = resolve))
          return stubReport()
        },
      })
      const settings = 'url' in location ? { LIVEFACE_DATABASE_URL: location.url } : {}
      const start = () => startTestServer({ engine, dataDirectory, settings })
      let [first, second] = [await start(), await start()]
      try {
        const options = { environment: 'production', balance: 10 } as const
        const { id: clientId, headers } = await first.client('liveface', options)
        const stranger = await first.client('liveface', options)
        const ask = async (
          { url }: TestServer,
          key: string,
          more: Record<string, Part> = {},
          { sent = headers, call = 'liveness' } = {},
        ) => {
          const response = await fetch(`${url}/api/v1/${call}`, {
            method: 'POST',
            headers: { ...sent, 'idempotency-key': key },
            body: form({ picture: jpeg, person: 'ONE-person', ...more }),
          })
          return {
            status: response.status,
            replayed: response.headers.get('idempotency-replayed'),
            text: await response.text(),
          }
        }

        const given = await ask(first, 'key-1')
        expect(given).toMatchObject({ status: 200, replayed: null })
        for (const server of [first, second]) {
          expect(await ask(server, 'key-1')).toEqual({ ...given, replayed: 'true' })
        }
        // As the draft writes it.
        expect(await ask(second, '"key-1"')).toEqual({ ...given, replayed: 'true' })
        await second.stop()
        second = await start()
        expect(await ask(second, 'key-1')).toEqual({ ...given, replayed: 'true' })
        expect(analysed).toBe(1)

        for (const other of [
          await ask(second, 'key-1', { person: 'ANOTHER-person' }),
          await ask(second, 'key-1', { picture: Buffer.concat([jpeg, Buffer.from([1])]) }),
          await ask(second, 'key-1', {}, { call: 'quality' }),
        ]) {
          expect(other).toMatchObject({
            status: 422,
            text: expect.stringContaining('idempotency_key_reused'),
          })
        }
        const foreign = await ask(second, 'key-1', {}, { sent: stranger.headers })
        expect(foreign).toMatchObject({ status: 200, replayed: null })
        expect(JSON.parse(foreign.text).id).not.toBe(JSON.parse(given.text).id)

        hold = true
        const slow = ask(first, 'key-2')
        await until(() => finish !== null)
        expect(await ask(second, 'key-2')).toMatchObject({
          status: 409,
          text: expect.stringContaining('idempotency_key_under_way'),
        })
        hold = false
        finish!()
        const done = await slow
        expect(await ask(second, 'key-2')).toMatchObject({ text: done.text, replayed: 'true' })

        // Taken for dead after two minutes, a slow request leaves it to its repeat, and is neither done nor paid.
        hold = true
        finish = null
        const late = ask(first, 'key-late')
        await until(() => finish !== null)
        await first.database
          .updateTable('idempotency_keys')
          .set({ created_at: Date.now() - 3 * minute })
          .where('state', '=', 'under_way')
          .execute()
        hold = false
        const heir = await ask(second, 'key-late')
        expect(heir).toMatchObject({ status: 200, replayed: null })
        finish!()
        expect(await late).toMatchObject({
          status: 409,
          text: expect.stringContaining('idempotency_key_under_way'),
        })
        expect(await ask(first, 'key-late')).toEqual({ ...heir, replayed: 'true' })

        // What was refused may be mended and sent again.
        expect(await ask(first, 'key-3', { picture: Buffer.from('none') })).toMatchObject({ status: 415 })
        expect(await ask(first, 'key-3')).toMatchObject({ status: 200, replayed: null })
        const { balance } = await first.database
          .selectFrom('clients')
          .select('balance')
          .where('id', '=', clientId)
          .executeTakeFirstOrThrow()
        expect(balance).toBe(10 - 4)

        const stored = await sql`select * from idempotency_keys`.execute(first.database)
        expect(stored.rows.length).toBe(5)
        expect(JSON.stringify(stored.rows)).not.toMatch(/ONE-person|key-1/)
        await fetch(`${first.url}/api/v1/checks/${JSON.parse(given.text).id}`, { method: 'DELETE', headers })
        expect(await ask(second, 'key-1')).toMatchObject({ status: 200, replayed: null })
      } finally {
        await first.stop()
        await second.stop()
      }
    })

    it('is kept for a day, and taken from a request that died', async () => {
      const { database, masterKey, client } = await kind.open()
      const clientId = await client({}, 'liveface')
      let time = Date.now()
      const keys = createIdempotency(database, masterKey, () => time)
      const begin = (key: string) => keys.begin(clientId, key, 'a request')
      const claimOf = async (key: string) => {
        const begun = await begin(key)
        if (typeof begun === 'string' || !('claim' in begun)) throw new Error(`${key} was not given.`)
        return begun.claim
      }
      const complete = (claim: Awaited<ReturnType<typeof claimOf>>) =>
        database
          .transaction()
          .execute((transaction) => keys.complete(transaction, claim, { status: 200, body: 'x' }, 'check'))

      const dead = await claimOf('died')
      time += 2 * minute
      expect(await begin('died')).toBe('under_way')
      time += 1
      const heir = await claimOf('died')
      await expect(complete(dead)).rejects.toThrow('has lost its idempotency key')
      await keys.release(dead)
      await complete(heir)
      expect(await begin('died')).toEqual({ answer: { status: 200, body: 'x' } })
      await keys.release(heir)

      time += answerLife - 3 * minute
      await keys.sweep()
      expect(await begin('died')).toMatchObject({ answer: { body: 'x' } })
      time += 4 * minute
      await complete(await claimOf('died'))
      time += answerLife + 1
      await keys.sweep()
      expect(await database.selectFrom('idempotency_keys').selectAll().execute()).toEqual([])
    })

    it('is given to one of many that come at once', async () => {
      const { database, masterKey, client } = await kind.open()
      const clientId = await client({}, 'liveface')
      const keys = createIdempotency(database, masterKey)
      const begun = await Promise.all(Array.from({ length: 8 }, () => keys.begin(clientId, 'one', 'request')))
      expect(begun.filter((result) => typeof result !== 'string')).toHaveLength(1)
      expect(begun.filter((result) => result === 'under_way')).toHaveLength(7)
    })
  })
}
