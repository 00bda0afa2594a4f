import { Command, Option } from 'commander'
import type { Config } from '../config/index.ts'
import { startWatchdog } from '../process/watchdog.ts'
import { buildServer, closeOnSignals, listen } from '../server/index.ts'
import { version } from '../version.ts'
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
  // Before another process is started: wrong settings are reported once.
  const config = readSettings()
  if (config.process.supervise && !supervised) process.exitCode = await supervise()
  else await serve(config, supervised)
}

async function serve(config: Config, supervised: boolean): Promise<void> {
  startWatchdog(config.process.watchdogMs)
  const server = await buildServer(config)
  const stop = closeOnSignals(server, config)
  if (supervised) stopWithSupervisor(stop)
  const url = await listen(server, config)
  if (supervised) reportListening()
  process.stdout.write(`Liveface listens on ${url}\n`)
  const facts = describeStart(config, version)
  server.app.log.info({ ...facts, url }, 'started')
  // For the person who started it, not for the log that standard output is.
  process.stderr.write(startLine(facts) + startWarnings(config))
  if (!config.production) process.stderr.write(await welcome(server.services, url))
}
