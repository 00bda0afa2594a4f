/** The console: people look at checks and decide. Off, as if it were not there, until an administrator exists. */
import type { FastifyInstance } from 'fastify'
import { documentRoutes } from '../api-docs/index.ts'
import { accountRoutes } from './account-routes.ts'
import { auditRoutes } from './audit-routes.ts'
import { caseRoutes } from './case-routes.ts'
import { clientRoutes } from './client-routes.ts'
import { destinationRoutes } from './destination-routes.ts'
import { registerGated } from './gate.ts'
import { keyRoutes } from './key-routes.ts'
import { description } from './openapi.ts'
import { openIdRoutes } from './openid-routes.ts'
import { overviewRoutes } from './overview-routes.ts'
import { passkeyRoutes } from './passkey-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import type { ConsoleRoute } from './route.ts'
import type { ConsoleServices } from './services.ts'
import { settingsRoutes } from './settings-routes.ts'
import { userRoutes } from './user-routes.ts'

export { type ConsoleServices, createConsoleServices } from './services.ts'

/** Every route below /console/api, with the roles that may use it. */
export const consoleRoutes: readonly ConsoleRoute[] = [
  ...accountRoutes,
  ...passkeyRoutes,
  ...openIdRoutes,
  ...caseRoutes,
  ...peopleRoutes,
  ...userRoutes,
  ...auditRoutes,
  ...overviewRoutes,
  ...settingsRoutes,
  ...clientRoutes,
  ...destinationRoutes,
  ...keyRoutes,
]

export async function registerConsole(app: FastifyInstance, services: ConsoleServices): Promise<void> {
  await documentRoutes(app, '/openapi/console.json', description, services.config)
  await app.register(async (scope) => registerGated(scope, consoleRoutes, services), {
    prefix: '/console/api',
  })
}
