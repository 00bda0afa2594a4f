import closeWithGrace from 'close-with-grace'
import { Command } from 'commander'
import { readConfig } from '../config.ts'
import { buildServer } from '../server.ts'
import { version } from '../version.ts'
import { describeStart, startLine, welcome } from './welcome.ts'

/** `liveface serve`: runs until SIGTERM or SIGINT, then lets requests in flight finish. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Start the server. Settings come from the environment.')
    .action(serve)
}

async function serve(): Promise<void> {
  const config = readConfig(process.env)
  const server = await buildServer(config)
  closeWithGrace({ delay: 20_000, logger: false }, async ({ err }) => {
    if (err) server.app.log.fatal({ err }, 'stopping after an error')
    await server.close()
  })
  const url = await server.app.listen({ host: config.HOST, port: config.PORT }).catch(async (error) => {
    await server.close()
    if (error.code !== 'EADDRINUSE') throw error
    throw new Error(`Another program listens on ${config.HOST}, port ${config.PORT}. Stop it, or set PORT.`)
  })
  process.stdout.write(`Liveface listens on ${url}\n`)
  const start = describeStart(config, version)
  server.app.log.info({ ...start, url }, 'started')
  // For the person who started it, not for the log that standard output is.
  process.stderr.write(startLine(start))
  if (!config.LIVEFACE_PRODUCTION) process.stderr.write(await welcome(server.services, url))
}
