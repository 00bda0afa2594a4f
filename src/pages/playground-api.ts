import type { FastifyInstance } from 'fastify'
import type { Services } from '../dialects/dialect.ts'

/** What the playground page asks for. Registered under /playground. */
export async function registerPlayground(_app: FastifyInstance, _services: Services): Promise<void> {}
