import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createWebhooks } from '../src/webhooks/index.ts'
import { testDatabases } from './support/databases.ts'
import { until } from './support/patience.ts'
import { startReceiver } from './support/receiver.ts'
import type { ChildOrders } from './support/webhook-child.ts'

const program = fileURLToPath(new URL('./support/webhook-child.ts', import.meta.url))

function startChild(orders: ChildOrders): { child: ChildProcess; committed: string[] } {
  const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const committed: string[] = []
  let rest = ''
  child.stdout?.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    committed.push(...lines)
  })
  return { child, committed }
}

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`a server killed with kill -9, on ${kind.name}`, () => {
    it('delivers every committed event at least once after a restart', async () => {
      const { database, location, masterKey, directory, client } = await kind.open()
      const clientId = await client()
      const receiver = await startReceiver()
      const { destinations } = createWebhooks({
        database,
        masterKey,
        formats: new Map(),
        post: async () => ({ status: null, reason: 'network' }),
        onError: () => {},
      })
      await destinations.create({ clientId, dialect: 'didit', url: receiver.url, events: ['*'], secret: 's' })
      const orders = { location, directory, clientId, port: receiver.port }
      const promised = new Set<string>()
      let undelivered = 0

      for (const count of [1, 7, 25]) {
        const { child, committed } = startChild({ ...orders, enqueue: true })
        await until(() => committed.length >= count)
        child.kill('SIGKILL')
        await once(child, 'exit')
        for (const id of committed) promised.add(id)
        const heard = new Set(receiver.received.map(({ body }) => JSON.parse(body).id))
        undelivered += [...promised].filter((id) => !heard.has(id)).length
      }
      // Otherwise the kills came too late to show anything.
      expect(undelivered).toBeGreaterThan(0)

      const { child } = startChild({ ...orders, enqueue: false })
      const heard = () => new Set(receiver.received.map(({ body }) => JSON.parse(body).id))
      await until(() => [...promised].every((id) => heard().has(id)))
      // An event and its check are committed together or not at all: none without the other.
      const checks = await database.selectFrom('checks').select('id').execute()
      await until(() => checks.every(({ id }) => heard().has(id)))
      expect([...heard()].sort()).toEqual(checks.map(({ id }) => id).sort())
      child.kill('SIGKILL')
      await once(child, 'exit')
      await receiver.stop()
    })
  })
}
