import { Command } from 'commander'
import { type CommandPlatform, withPlatform } from './platform.ts'

interface ShowOptions {
  client?: string
  externalId?: string
  id?: string
}

/** `liveface checks show`: what was answered. A caller who lost an answer cannot ask for it again; the operator can. */
export function checksCommand(): Command {
  const checks = new Command('checks').description('Show what was answered.').exitOverride()
  checks
    .command('show')
    .description('Print checks with their answers, one JSON object each. Exit code 1: there is none.')
    .option('--client <id>', 'whose, with --external-id')
    .option('--external-id <id>', "the caller's own id, such as Cashfree's verification_id")
    .option('--id <id>', "the check's id, such as IndiConnect's request_id")
    .action(show)
  return checks
}

async function show(options: ShowOptions): Promise<void> {
  const { client, externalId, id } = options
  if ((id === undefined) === (client === undefined || externalId === undefined)) {
    throw new Error('Name either --id, or --client and --external-id.')
  }
  const rows = await withPlatform((platform) => find(platform, options))
  if (rows.length === 0) {
    process.stderr.write('liveface: there is no such check\n')
    process.exitCode = 1
  }
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`)
}

/** One id may stand for a check of each operation. */
async function find({ database }: CommandPlatform, { client, externalId, id }: ShowOptions) {
  const rows = database.selectFrom('checks').selectAll().orderBy('reference')
  const named =
    id === undefined
      ? rows.where('client_id', '=', client ?? '').where('external_id', '=', externalId ?? '')
      : rows.where('id', '=', id)
  return (await named.execute()).map((row) => ({
    id: row.id,
    reference: row.reference,
    client: row.client_id,
    dialect: row.dialect,
    operation: row.operation,
    externalId: row.external_id,
    state: row.state,
    status: row.status,
    createdAt: new Date(row.created_at).toISOString(),
    completedAt: row.completed_at === null ? null : new Date(row.completed_at).toISOString(),
    answer: row.result === null ? null : (JSON.parse(row.result) as unknown),
  }))
}
