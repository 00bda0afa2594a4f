import { Command } from 'commander'
import { newestMigration } from '../database/index.ts'
import { openInstallation } from '../installation/index.ts'
import { readSettings } from './settings.ts'

/** `liveface migrate`: what the start of a server does to its database, and nothing else. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description(
      'Bring the database to the schema of this version, as the start of a server does. For servers that start with ' +
        'LIVEFACE_MIGRATE=false, and may run meanwhile.',
    )
    .action(migrate)
}

async function migrate(): Promise<void> {
  const { database } = await openInstallation({ ...readSettings(), migrate: true })
  await database.destroy()
  process.stdout.write(`The database has every migration up to ${newestMigration}.\n`)
}
