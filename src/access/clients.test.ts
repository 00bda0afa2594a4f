import { beforeEach, describe, expect, it } from 'vitest'
import { testDatabases } from '../../test/support/databases.ts'
import { type Database, openDatabase } from '../database/index.ts'
import { type Clients, createClients } from './clients.ts'
import { givenKey } from './key-source.ts'
import { openMasterKey } from './master-key.ts'

const issued = { lookup: 'public', secret: 'the-secret', headers: {} }
const client = { dialect: 'cashfree', environment: 'sandbox', name: 'a' } as const
let db: Database
let clients: Clients

beforeEach(async () => {
  db = await openDatabase({ file: ':memory:' })
  clients = createClients(db, openMasterKey('unused', givenKey(Buffer.alloc(32, 1).toString('base64'))))
})

describe('createClients', () => {
  it('lets in the right secret of the right dialect, until it is revoked', async () => {
    const { id } = await clients.create(client)
    const credential = await clients.addCredential(id, issued)
    expect(await clients.authenticate('cashfree', 'public', 'the-secret')).toMatchObject({ id })
    expect(await clients.authenticate('cashfree', 'public', 'another')).toBeNull()
    expect(await clients.authenticate('cashfree', 'unknown', 'the-secret')).toBeNull()
    expect(await clients.authenticate('didit', 'public', 'the-secret')).toBeNull()
    expect(await clients.revoke(credential.id)).toBe(true)
    expect(await clients.revoke(credential.id)).toBe(false)
    expect(await clients.authenticate('cashfree', 'public', 'the-secret')).toBeNull()
  })

  it('stores neither a secret nor a signature key in the clear', async () => {
    const { id } = await clients.create({ ...client, settings: { signatureKey: 'private-pem' } })
    await clients.addCredential(id, issued)
    const rows = await db
      .selectFrom('clients')
      .innerJoin('credentials', 'client_id', 'clients.id')
      .selectAll()
      .execute()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toMatch(/the-secret|private-pem/)
    expect((await clients.find(id))?.settings.signatureKey).toBe('private-pem')
    await clients.update(id, { ratePerMinute: 5 })
    expect((await clients.find(id))?.settings).toMatchObject({
      signatureKey: 'private-pem',
      ratePerMinute: 5,
    })
  })
})

for (const kind of await testDatabases()) {
  it.skipIf(kind.unavailable)(`changes of two at once both stay on ${kind.name}`, async () => {
    const { database, location, masterKey, client } = await kind.open()
    // Another server on PostgreSQL; on SQLite another request, since two connections of one thread would wait for each other.
    const other = 'url' in location ? await openDatabase(location) : database
    const servers = [database, other].map((server) => createClients(server, masterKey)) as [Clients, Clients]
    const id = await client()
    for (let count = 1; count <= 10; count++) {
      await Promise.all([
        servers[0].update(id, { ratePerMinute: count }),
        servers[1].update(id, { retentionMonths: count }),
      ])
      const { settings } = (await servers[0].find(id))!
      expect(settings).toMatchObject({ ratePerMinute: count, retentionMonths: count })
    }
    if (other !== database) await other.destroy()
  })
}
