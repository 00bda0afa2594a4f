import { Command, Option } from 'commander'
import { challengeRecords } from '../challenges/records.ts'
import { dialects } from '../dialects/index.ts'
import { createPersons, type PersonRecords } from '../records/persons.ts'
import { createRetention } from '../records/retention.ts'
import { withPlatform } from './platform.ts'
import { table } from './terminal.ts'

interface EraseOptions {
  person: string
  client?: string
  dialect?: string
  yes?: true
}

/** `liveface erase --person ID`: works on the database directly, also beside a running server. */
export function eraseCommand(): Command {
  return new Command('erase')
    .description(
      "Erase everything under a caller's id of a person: checks, pictures, faces (on a blocklist too), sessions, " +
        'webhook payloads. Shows what it found; with --yes it erases. Exit code 0: found; 1: nothing found.',
    )
    .requiredOption(
      '--person <id>',
      "Didit's vendor_data, VerifyHQ's userId, Cashfree's verification_id, IndiConnect's request_id",
    )
    .option('--client <id>', 'only of this client')
    .addOption(
      new Option('--dialect <name>', 'only of this vendor API').choices(dialects.map(({ name }) => name)),
    )
    .option('--yes', 'erase; it cannot be undone')
    .action((options: EraseOptions) => erase(options))
}

async function erase({ person, client, dialect, yes }: EraseOptions): Promise<void> {
  const found = await withPlatform(async (platform) => {
    const dialectRecords = [challengeRecords, ...dialects.flatMap(({ records }) => records ?? [])]
    const onError = (error: unknown) => process.stderr.write(`liveface: ${String(error)}\n`)
    const retention = createRetention({ ...platform, dialectRecords, onError })
    const persons = createPersons({ ...platform, dialectRecords, retention })
    const where = { ...(client ? { clientId: client } : {}), ...(dialect ? { dialect } : {}) }
    const records = await persons.find(person, where)
    if (yes) await persons.erase(person, records, 'operator')
    return records
  })
  if (found.length === 0) {
    process.stdout.write('Nothing was found under this id.\n')
    process.exitCode = 1
    return
  }
  process.stdout.write(`${table([['client', 'dialect', 'checks', 'faces'], ...found.map(toRow)])}\n`)
  process.stdout.write(yes ? 'Erased.\n' : 'Nothing was erased yet: add --yes to erase this for good.\n')
}

function toRow({ clientId, dialect, checkIds, entryIds }: PersonRecords): string[] {
  return [clientId, dialect, String(checkIds.length), String(entryIds.length)]
}
