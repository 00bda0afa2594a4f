/**
 * A server process reduced to its outbox, to be killed: commits events as fast as it can, writes each
 * id to standard output once its transaction has committed, and sends them meanwhile.
 *
 *     node --import tsx webhook-child.ts <JSON: location, directory, clientId, port, enqueue>
 */
import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { openMasterKey } from '../../src/access/master-key.ts'
import { type DatabaseLocation, openDatabase } from '../../src/database/index.ts'
import { createGuardedFetch } from '../../src/fetch/index.ts'
import { createPost, createWebhooks } from '../../src/webhooks/index.ts'

export interface ChildOrders {
  location: DatabaseLocation
  directory: string
  clientId: string
  port: number
  /** Whether to commit new events or only to send what is left. */
  enqueue: boolean
}

const orders: ChildOrders = JSON.parse(process.argv[2] ?? '')
const { clientId } = orders
const database = await openDatabase(orders.location)
const webhooks = createWebhooks({
  database,
  masterKey: openMasterKey(orders.directory),
  formats: new Map([
    [
      'didit',
      {
        events: [],
        newSecret: () => '',
        message: ({ event }) => ({ body: JSON.stringify({ id: event.id }), headers: {} }),
        retryDelays: [60_000, 240_000],
      },
    ],
  ]),
  post: createPost(createGuardedFetch({ allowPrivate: true, ports: [orders.port] }), true),
  onError: (error) => console.error(error),
  leaseMs: 1_000,
  pollMs: 50,
})
webhooks.start()
// The sender's own timer lets a process end; a server is kept up by its listener, this one by a clock.
setInterval(() => {}, 60_000)

while (orders.enqueue) {
  const id = randomUUID()
  await database.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('checks')
      .values({
        id,
        client_id: clientId,
        dialect: 'didit',
        operation: 'crash',
        external_id: null,
        state: 'done',
        status: 'Approved',
        result: '{}',
        created_at: Date.now(),
        completed_at: Date.now(),
      })
      .execute()
    await webhooks.enqueue(transaction, {
      id,
      clientId,
      dialect: 'didit',
      type: 'status.updated',
      payload: 1,
    })
  })
  // Synchronous: what was written before the kill is what the parent may count on.
  writeSync(1, `${id}\n`)
  await new Promise((resolve) => setTimeout(resolve, 2))
}
