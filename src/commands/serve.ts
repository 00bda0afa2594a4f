import closeWithGrace from 'close-with-grace'
import { Command, Option } from 'commander'
import type { Config } from '../config.ts'
import { buildServer } from '../server.ts'
import { version } from '../version.ts'
import { startWatchdog } from '../watchdog.ts'
import { readSettings } from './settings.ts'
import { startWarnings } from './start-warnings.ts'
import { reportListening, stopWithSupervisor, supervise, supervisedOption } from './supervise.ts'
import { describeStart, startLine, welcome } from './welcome.ts'

/** `liveface serve`: runs until SIGTERM or SIGINT, then lets requests in flight finish. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Start the server. Settings come from the environment.')
    .addOption(new Option(supervisedOption).hideHelp())
    .action(start)
}

async function start({ supervised = false }: { supervised?: boolean }): Promise<void> {
  // Before another process is started: wrong settings are told once.
  const config = readSettings()
  if (config.LIVEFACE_SUPERVISE && !supervised) process.exitCode = await supervise()
  else await serve(config, supervised)
}

async function serve(config: Config, supervised: boolean): Promise<void> {
  startWatchdog(config.LIVEFACE_WATCHDOG_MS)
  const server = await buildServer(config)
  const grace = closeWithGrace({ delay: config.LIVEFACE_GRACE_MS + 5000, logger: false }, async ({ err }) => {
    if (err) server.app.log.fatal({ err }, 'stopping after an error')
    await server.close()
  })
  if (supervised) stopWithSupervisor(() => grace.close())
  const url = await server.app.listen({ host: config.HOST, port: config.PORT }).catch(async (error) => {
    await server.close()
    if (error.code !== 'EADDRINUSE') throw error
    throw new Error(`Another program listens on ${config.HOST}, port ${config.PORT}. Stop it, or set PORT.`)
  })
  if (supervised) reportListening()
  process.stdout.write(`Liveface listens on ${url}\n`)
  const facts = describeStart(config, version)
  server.app.log.info({ ...facts, url }, 'started')
  // For the person who started it, not for the log that standard output is.
  process.stderr.write(startLine(facts) + startWarnings(config))
  if (!config.LIVEFACE_PRODUCTION) process.stderr.write(await welcome(server.services, url))
}
