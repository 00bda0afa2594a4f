import type { FastifyInstance } from 'fastify'
import type { Database } from '../database/index.ts'
import { answers } from '../database/portable.ts'
import type { Engine } from '../engine/types.ts'
import type { WriteProbe } from '../records/write-probe.ts'

export interface HealthParts {
  database: Database
  engine: Pick<Engine, 'stats'>
  /** Of the data folder. */
  disk: Pick<WriteProbe, 'isWritable'>
  /** Of the object store of kept pictures; null where they lie in the data folder. */
  store: Pick<WriteProbe, 'isWritable'> | null
}

/**
 * `/healthz`: the process answers. `/readyz`: workers run, the database answers, the data folder takes writes, and so
 * does the object store where there is one.
 */
export function registerHealth(app: FastifyInstance, { database, engine, disk, store }: HealthParts): void {
  app.get('/healthz', { logLevel: 'warn' }, async () => ({ status: 'alive' }))
  app.get('/readyz', { logLevel: 'warn' }, async (_request, reply) => {
    const { workers } = engine.stats()
    const parts = {
      models: workers > 0,
      database: await answers(database),
      disk: disk.isWritable(),
      ...(store ? { pictures: store.isWritable() } : {}),
    }
    const ready = Object.values(parts).every(Boolean)
    reply.code(ready ? 200 : 503)
    return { status: ready ? 'ready' : 'not ready', ...parts }
  })
}
