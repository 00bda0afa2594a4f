import { existsSync } from 'node:fs'
import type { Config } from '../config/index.ts'
import { databaseLocation, type Installation, openInstallation } from '../installation/index.ts'

/**
 * Opens the records as a running server has them.
 * @throws where there are none and nobody named the folder: a new database made by accident would take keys that no
 *   server knows. In a folder that LIVEFACE_DATA_DIR names one is made, and a line on standard error says so.
 */
export async function openRecords(config: Config): Promise<Installation> {
  const isNew = lacksDatabase(config)
  if (isNew && !process.env.LIVEFACE_DATA_DIR) throw new Error(noDatabase(config))
  const opened = await openInstallation(config)
  if (isNew) process.stderr.write(`liveface: made a new database in ${config.dataDirectory}\n`)
  return opened
}

export function lacksDatabase(config: Config): boolean {
  const location = databaseLocation(config)
  return 'file' in location && !existsSync(location.file)
}

/** What is wrong, and what to do. */
export function noDatabase({ dataDirectory }: Config): string {
  return (
    `There is no database in ${dataDirectory}. Run this in the folder where the server was started, or set ` +
    'LIVEFACE_DATA_DIR to its data folder.'
  )
}
