/** Which person a command is about: the same options, and the same search, for whatever is done with what is found. */
import { type Command, Option } from 'commander'
import { dialects } from '../dialects/index.ts'
import { createPersons, type Persons } from '../records/persons.ts'
import { createRetention } from '../records/retention.ts'
import type { PersonRecords } from '../records/types.ts'
import { recordsBesideChecks } from '../server/records-beside-checks.ts'
import type { CommandPlatform } from './platform.ts'
import { table } from './terminal.ts'

export interface PersonOptions {
  person: string
  client?: string
  dialect?: string
}

export function addPersonOptions(command: Command): Command {
  return command
    .requiredOption(
      '--person <id>',
      "Didit's vendor_data, VerifyHQ's userId, Cashfree's verification_id, Liveface's person, IndiConnect's request_id",
    )
    .option('--client <id>', 'only of this client')
    .addOption(
      new Option('--dialect <name>', 'only of this vendor API').choices(dialects.map(({ name }) => name)),
    )
}

export async function findPerson(
  platform: CommandPlatform,
  { person, client, dialect }: PersonOptions,
): Promise<{ persons: Persons; found: PersonRecords[] }> {
  const dialectRecords = recordsBesideChecks(dialects)
  const onError = (error: unknown) => process.stderr.write(`liveface: ${String(error)}\n`)
  const retention = createRetention({ ...platform, dialectRecords, onError })
  const persons = createPersons({ ...platform, dialectRecords, retention })
  const where = { ...(client ? { clientId: client } : {}), ...(dialect ? { dialect } : {}) }
  return { persons, found: await persons.find(person, where) }
}

/** A table of what was found; without anything a sentence, and exit code 1. @returns whether there is anything */
export function showFound(found: readonly PersonRecords[]): boolean {
  if (found.length === 0) {
    process.stdout.write('Nothing was found under this id.\n')
    process.exitCode = 1
    return false
  }
  const rows = found.map(({ clientId, dialect, checkIds, entryIds }) => [
    ...[clientId, dialect],
    ...[String(checkIds.length), String(entryIds.length)],
  ])
  process.stdout.write(`${table([['client', 'dialect', 'checks', 'faces'], ...rows])}\n`)
  return true
}
