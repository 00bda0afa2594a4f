import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Database } from '../database/index.ts'
import { ping } from '../database/portable.ts'
import type { Engine } from '../engine/types.ts'
import type { WriteProbe } from '../records/write-probe.ts'

/** Milliseconds after which a database that has not answered is called away: whoever asks does not wait longer. */
const longestPing = 3000

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

async function answers(database: Database): Promise<boolean> {
  const waiting = new AbortController()
  const late = sleep(longestPing, false, { signal: waiting.signal }).catch(() => false)
  const pinged = ping(database).then(
    () => true,
    () => false,
  )
  try {
    return await Promise.race([pinged, late])
  } finally {
    waiting.abort()
  }
}
