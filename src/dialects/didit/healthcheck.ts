import type { FastifyInstance } from 'fastify'
import { answers } from '../../database/portable.ts'
import type { Services } from '../dialect.ts'

/** /system/healthcheck, which the vendor's monitors and clients ask without a key. */
export function registerHealthcheck(app: FastifyInstance, { database, engine }: Services): void {
  for (const url of ['/system/healthcheck', '/system/healthcheck/']) {
    app.get(url, { logLevel: 'warn', schema: { hide: true } }, async (_request, reply) => {
      const isHealthy = (await answers(database)) && engine.stats().workers > 0
      if (!isHealthy) reply.code(503)
      return { status: isHealthy ? 'ok' : 'unhealthy', timestamp: new Date().toISOString() }
    })
  }
}
