import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createClients } from '../src/access/clients.ts'
import { openMasterKey } from '../src/access/master-key.ts'
import { openDatabase } from '../src/database/index.ts'
import { end, proveCrashes, spawnServer } from './support/crash/index.ts'
import { balance, endless } from './support/crash/orders.ts'
import { examine } from './support/crash/verdict.ts'
import { testDatabases } from './support/databases.ts'
import { jpeg } from './support/didit.ts'
import { form } from './support/form.ts'
import { until } from './support/patience.ts'
import { startTestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

const directory = mkdtempSync(join(tmpdir(), 'liveface-crashes-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

it('the comparison notices what is lost', async () => {
  const dataDirectory = mkdtempSync(join(directory, 'empty-'))
  const database = await openDatabase({ file: ':memory:' })
  const client = {
    dialect: 'cashfree',
    environment: 'production',
    name: 'lost',
    balance: balance - 1,
  } as const
  const { id } = await createClients(database, openMasterKey(dataDirectory)).create(client)
  const { wrong } = await examine(
    database,
    dataDirectory,
    { cashfree: { id, headers: {} } },
    {
      cashfree: [{ verificationId: 'a', reference: 1, answer: {} }],
      didit: [{ id: 'b' }],
      indiconnect: [{ id: 'c' }],
      liveface: [{ key: 'f', answer: { id: 'g' } }],
      sessions: [{ token: 'd' }],
      photos: [{ token: 'd', challengeId: 'e' }],
      verdicts: [{ token: 'd', isAlive: true }],
    },
  )
  await database.destroy()
  expect(wrong).toHaveLength(11)
})

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`a server killed with kill -9, on ${kind.name}`, () => {
    // The long run of the same is `npm run proof:crash`.
    it('loses and doubles nothing that it acknowledged, and starts again without a word', async () => {
      const location = await kind.location()
      const report = await proveCrashes({
        ...('url' in location ? { databaseUrl: location.url } : {}),
        dataDirectory: mkdtempSync(join(directory, 'data-')),
        moments: [{ underLoad: 1500 }, { afterSpawn: 900 }, { underLoad: 700 }],
      })
      expect(report.wrong).toEqual([])
      // Otherwise the kills came too early or too late to show anything.
      for (const [what, count] of Object.entries(report.acknowledged)) expect(count, what).toBeGreaterThan(0)
      expect(report.kills).toEqual({ underLoad: 2, whileStarting: 1 })
    })

    it('keeps no prepaid call for what it was doing', async () => {
      const location = await kind.location()
      const dataDirectory = mkdtempSync(join(directory, 'paid-'))
      const databaseUrl = 'url' in location ? { databaseUrl: location.url } : {}
      const { child, line } = spawnServer({ dataDirectory, port: 9, isFirst: true, ...databaseUrl })
      const { url, callers } = JSON.parse((await line) ?? '')
      const database = await openDatabase(
        'url' in location ? location : { file: join(dataDirectory, 'liveface.db') },
      )
      const left = async () => {
        const clients = database.selectFrom('clients').select('balance').where('dialect', '=', 'cashfree')
        return (await clients.executeTakeFirstOrThrow()).balance
      }
      const image = Buffer.concat([jpeg, Buffer.from(endless)])
      const body = form({ verification_id: 'a', image })
      const { headers } = callers.cashfree
      const call = fetch(`${url}/verification/face-liveness`, { method: 'POST', headers, body })
      const refused = expect(call).rejects.toThrow()
      await until(async () => (await left()) !== balance)
      await end(child)
      await refused

      const server = await startTestServer({
        engine: stubEngine(),
        dataDirectory,
        settings: { ...('url' in location ? { LIVEFACE_DATABASE_URL: location.url } : {}) },
      })
      // It may be another server's that is alive.
      await server.services.retention.sweep()
      expect(await left()).toBe(balance - 1)
      await database
        .updateTable('checks')
        .set((update) => ({ created_at: update('created_at', '-', 601_000) }))
        .execute()
      await server.services.retention.sweep()
      expect(await left()).toBe(balance)
      await server.stop()
      await database.destroy()
    })
  })
}
