/** Composition root: services, the app over them, and the address at which it listens. */
import closeWithGrace from 'close-with-grace'
import type { Config } from '../config/index.ts'
import { createLog } from '../log.ts'
import { type BuiltServer, build } from './build.ts'
import { openInnerServer } from './inner-server.ts'
import type { GivenResources } from './services.ts'

export type { GivenResources } from './services.ts'
export type LivefaceServer = BuiltServer

/**
 * Opens every resource and registers every dialect and page. Does not listen yet.
 * @param given resources to use instead of opening them, for tests
 */
export function buildServer(
  config: Config,
  given: GivenResources & {
    /** Where log lines go; default: standard output. */
    logStream?: NodeJS.WritableStream
  } = {},
): Promise<LivefaceServer> {
  const log = createLog(config.logLevel, given.logStream)
  return build(config, log, given, openInnerServer)
}

/**
 * Closes the server on SIGTERM, SIGINT and errors that nobody caught: requests in flight finish first.
 * @returns does the same
 */
export function closeOnSignals(server: LivefaceServer, config: Config): () => void {
  const options = { delay: config.process.graceMs + 5000, logger: false } as const
  const grace = closeWithGrace(options, async ({ err }) => {
    if (err) server.app.log.fatal({ err }, 'stopping after an error')
    await server.close()
  })
  return () => grace.close()
}

/**
 * Listens where the settings say. @returns the URL
 * @throws Error with a sentence for people when another program has the port; the server is closed then
 */
export function listen(server: LivefaceServer, { listening: { host, port } }: Config): Promise<string> {
  return server.app.listen({ host, port }).catch(async (error) => {
    await server.close()
    if (error.code !== 'EADDRINUSE') throw error
    throw new Error(`Another program listens on ${host}, port ${port}. Stop it, or set PORT.`)
  })
}
