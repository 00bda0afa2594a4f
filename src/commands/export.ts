import { Command } from 'commander'
import { dialects } from '../dialects/index.ts'
import { exportPerson } from '../records/person-export.ts'
import { recordsBesideChecks } from '../server/records-beside-checks.ts'
import { addPersonOptions, findPerson, type PersonOptions, showFound } from './person.ts'
import { withPlatform } from './platform.ts'
import { counted } from './terminal.ts'

/** `liveface export --person ID --to FOLDER`: works on the database directly, also beside a running server. */
export function exportCommand(): Command {
  const command = new Command('export').description(
    "Write everything kept under a caller's id of a person into a folder: person.json and the pictures, not " +
      'encrypted, readable by their owner alone. Exit code 0: found; 1: nothing found.',
  )
  return addPersonOptions(command)
    .requiredOption('--to <folder>', 'new or empty')
    .action((options: PersonOptions & { to: string }) => write(options))
}

async function write({ to, ...options }: PersonOptions & { to: string }): Promise<void> {
  await withPlatform(async (platform) => {
    const { found } = await findPerson(platform, options)
    if (!showFound(found)) return
    const parts = { ...platform, dialectRecords: recordsBesideChecks(dialects) }
    const { pictures } = await exportPerson(parts, options.person, found, to, 'operator')
    process.stdout.write(
      `Written to ${to}, with ${counted(pictures, 'picture')}. Nothing in it is encrypted.\n`,
    )
  })
}
