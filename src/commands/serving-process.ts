/** The process that serves, under its supervisor or alone. */
import { startWatchdog } from '../process/watchdog.ts'
import { buildServer, closeOnSignals, listen } from '../server/index.ts'
import { version } from '../version.ts'
import { readSettings } from './settings.ts'
import { startWarnings } from './start-warnings.ts'
import { reportListening, stopWithSupervisor } from './supervise.ts'
import { describeStart, startLine, welcome } from './welcome.ts'

/**
 * Resolves once the server listens.
 * @param supervised whether the process that started this one is its supervisor
 */
export async function serve(supervised: boolean): Promise<void> {
  const config = readSettings()
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
