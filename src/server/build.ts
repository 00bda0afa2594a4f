import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Config } from '../config/index.ts'
import type { Services } from '../dialects/dialect.ts'
import type { GuardedFetch } from '../fetch/index.ts'
import type { InnerServer } from '../pages/index.ts'
import { createApp, registerRoutes } from './app.ts'
import { type GivenResources, type OpenServices, openServices } from './services.ts'

/** Routes over open services. */
export interface BuiltServer {
  app: FastifyInstance
  services: Services
  /** Stops accepting, lets requests in flight finish, then closes the services. */
  close(): Promise<void>
}

/**
 * Opens the services and registers every route over them. Does not listen yet.
 * @param openInner opens the playground's server; absent: no pages are served
 * @throws what the part that cannot be opened throws; what was open is closed then
 */
export async function build(
  config: Config,
  log: FastifyBaseLogger,
  given: GivenResources,
  openInner?: (opened: OpenServices, fetch: GuardedFetch) => Promise<InnerServer>,
): Promise<BuiltServer> {
  const opened = await openServices(config, log, given)
  const app = createApp(config, log)
  app.addHook('onReady', opened.start)
  let impatience: NodeJS.Timeout | undefined
  app.addHook('preClose', async () => {
    // Requests under way are waited for, native code that does not return is not.
    impatience = setTimeout(() => opened.services.engine.close(0), config.process.graceMs).unref()
  })
  app.addHook('onClose', async () => {
    await opened.close()
    clearTimeout(impatience)
  })
  try {
    await registerRoutes(app, opened, openInner && ((fetch) => openInner(opened, fetch)))
  } catch (error) {
    await app.close()
    throw error
  }
  return { app, services: opened.services, close: () => app.close() }
}
