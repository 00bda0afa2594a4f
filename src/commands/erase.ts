import { Command } from 'commander'
import { addPersonOptions, findPerson, type PersonOptions, showFound } from './person.ts'
import { withPlatform } from './platform.ts'

interface EraseOptions extends PersonOptions {
  yes?: true
}

/** `liveface erase --person ID`: works on the database directly, also beside a running server. */
export function eraseCommand(): Command {
  const command = new Command('erase').description(
    "Erase everything under a caller's id of a person: checks, pictures, faces (on a blocklist too), sessions, " +
      'webhook payloads. Shows what it found; with --yes it erases. Exit code 0: found; 1: nothing found.',
  )
  return addPersonOptions(command)
    .option('--yes', 'erase; it cannot be undone')
    .action((options: EraseOptions) => erase(options))
}

async function erase({ yes, ...options }: EraseOptions): Promise<void> {
  const found = await withPlatform(async (platform) => {
    const { persons, found } = await findPerson(platform, options)
    if (yes) await persons.erase(options.person, found, 'operator')
    return found
  })
  if (!showFound(found)) return
  process.stdout.write(yes ? 'Erased.\n' : 'Nothing was erased yet: add --yes to erase this for good.\n')
}
