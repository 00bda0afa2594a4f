import { Command } from 'commander'
import { makeBackup } from '../backup/make.ts'
import { withPlatform } from './platform.ts'
import { counted } from './terminal.ts'

/** `liveface backup FOLDER`: also beside a running server. */
export function backupCommand(): Command {
  return new Command('backup')
    .description(
      'Copy rows and pictures, as they are at one moment, into a new folder; also while servers run. The master key is ' +
        'not copied: keep it elsewhere. On PostgreSQL, dump the database first; this copies the pictures.',
    )
    .argument('<folder>', 'new or empty')
    .action(backup)
}

async function backup(folder: string): Promise<void> {
  const report = await withPlatform(async ({ database, masterKey, audit, place }) => {
    const made = await makeBackup({ database, masterKey, pictures: place.files }, folder)
    await database.transaction().execute((transaction) =>
      audit.append(transaction, {
        actor: 'operator',
        clientId: null,
        action: 'backup.made',
        subject: made.madeAt,
        details: { pictures: made.pictures },
      }),
    )
    return made
  })
  const { pictures, erasedMeanwhile, masterKey } = report
  const rows = report.database === 'SQLite' ? 'all rows and' : 'no rows (dump PostgreSQL itself), but'
  process.stdout.write(
    `Copied ${rows} ${counted(pictures, 'picture')} to ${folder}${erasedMeanwhile ? `; ${erasedMeanwhile} erased meanwhile` : ''}.\n` +
      `The master key ${masterKey} is not among them, and without it they cannot be read: keep a copy of it elsewhere.\n`,
  )
}
