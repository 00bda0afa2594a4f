import type { FastifyInstance } from 'fastify'
import type { Services } from '../../dialect.ts'
import { registerConfiguration } from './configuration.ts'
import { registerDestinations } from './destinations.ts'

/** /webhook/destinations/ and the older /webhook/ */
export function registerWebhooks(app: FastifyInstance, services: Services): void {
  registerDestinations(app, services)
  registerConfiguration(app, services)
}
