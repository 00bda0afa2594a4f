import type { FastifyInstance } from 'fastify'
import type { Services } from '../dialect.ts'
import { registerChecks } from './check-routes.ts'
import { registerPhotos } from './photo-routes.ts'
import { registerSessions } from './session-routes.ts'

/** /verifications/liveness */
export function registerLiveness(app: FastifyInstance, services: Services, hidden: boolean): void {
  registerSessions(app, services, hidden)
  registerPhotos(app, services, hidden)
  registerChecks(app, services, hidden)
}
