import type { FastifyInstance } from 'fastify'
import type { Database } from '../database/index.ts'
import { ping } from '../database/portable.ts'
import type { Engine } from '../engine/types.ts'
import type { DiskProbe } from '../records/disk-probe.ts'

/** `/healthz`: the process answers. `/readyz`: workers run, the database is open and the data folder takes writes. */
export function registerHealth(
  app: FastifyInstance,
  database: Database,
  engine: Pick<Engine, 'stats'>,
  disk: Pick<DiskProbe, 'isWritable'>,
): void {
  app.get('/healthz', { logLevel: 'warn' }, async () => ({ status: 'alive' }))
  app.get('/readyz', { logLevel: 'warn' }, async (_request, reply) => {
    const { workers } = engine.stats()
    const databaseOpen = await ping(database).then(
      () => true,
      () => false,
    )
    const parts = { models: workers > 0, database: databaseOpen, disk: disk.isWritable() }
    const ready = Object.values(parts).every(Boolean)
    reply.code(ready ? 200 : 503)
    return { status: ready ? 'ready' : 'not ready', ...parts }
  })
}
