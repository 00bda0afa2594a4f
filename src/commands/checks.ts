import { Command, InvalidArgumentError, Option } from 'commander'
import type { Selectable } from 'kysely'
import type { ChecksTable } from '../database/schema.ts'
import { dialects } from '../dialects/index.ts'
import { parseExact, stringifyExact } from '../exact-json.ts'
import { createRetention } from '../records/retention.ts'
import { recordsBesideChecks } from '../server/records-beside-checks.ts'
import { type CommandPlatform, withPlatform } from './platform.ts'
import { print, printableJson, table } from './terminal.ts'

interface ShowOptions {
  client?: string
  externalId?: string
  id?: string
}

interface Filter {
  client?: string
  dialect?: string
  since?: number
  until?: number
}

/** `liveface checks list|show|erase|export`: what was answered. A caller who lost an answer cannot ask for it again. */
export function checksCommand(): Command {
  const checks = new Command('checks').description('Show, erase and export checks.').exitOverride()
  addFilter(checks.command('list'))
    .description('The newest checks, newest first.')
    .option('--limit <number>', 'how many', count, 50)
    .option('--json', 'print one JSON object per check')
    .action(list)
  checks
    .command('show')
    .description('Print checks with their answers, one JSON object each. Exit code 1: there is none.')
    .option('--client <id>', 'of this client alone')
    .option('--external-id <id>', "the caller's own id, such as Cashfree's verification_id")
    .option('--id <id>', "the check's id, such as IndiConnect's request_id, or the caller's own")
    .action(show)
  checks
    .command('erase')
    .description(
      'Erase checks with all that belongs to them. Shows what it found; with --yes it erases. Exit code 1: there is none.',
    )
    .requiredOption('--id <id>', "the check's id, or the caller's own")
    .option('--client <id>', 'of this client alone')
    .option('--yes', 'erase; it cannot be undone')
    .action(erase)
  addFilter(checks.command('export'))
    .description('Print every check with its answer, oldest first, one JSON object per line.')
    .action(exportAll)
  return checks
}

function addFilter(command: Command): Command {
  return command
    .option('--client <id>', 'only of this client')
    .addOption(
      new Option('--dialect <name>', 'only of this vendor API').choices(dialects.map(({ name }) => name)),
    )
    .option('--since <time>', 'made at this ISO time or later', time)
    .option('--until <time>', 'made before this ISO time', time)
}

async function list({ limit, json, ...filter }: Filter & { limit: number; json?: true }): Promise<void> {
  const rows = await withPlatform(({ database }) =>
    filtered(database, filter).orderBy('reference', 'desc').limit(limit).execute(),
  )
  if (json) return rows.forEach(printCheck)
  const lines = rows.map(({ id, client_id, dialect, operation, external_id, state, status, created_at }) => [
    ...[new Date(created_at).toISOString(), id, client_id, dialect, operation],
    ...[external_id ?? '-', status ?? state],
  ])
  print(table([['at', 'id', 'client', 'dialect', 'operation', 'external id', 'status'], ...lines]))
}

async function show(options: ShowOptions): Promise<void> {
  if ((options.id === undefined) === (options.externalId === undefined)) {
    throw new Error('Name either --id or --external-id.')
  }
  const rows = await withPlatform(({ database }) => named(database, options))
  if (rows.length === 0) noneFound()
  rows.forEach(printCheck)
}

async function erase({ yes, ...options }: ShowOptions & { yes?: true }): Promise<void> {
  const rows = await withPlatform(async (platform) => {
    const found = await named(platform.database, options)
    const onError = (error: unknown) => process.stderr.write(`liveface: ${String(error)}\n`)
    const retention = createRetention({ ...platform, dialectRecords: recordsBesideChecks(dialects), onError })
    if (yes)
      for (const { id, client_id } of found) await retention.erase(client_id, [id], { actor: 'operator' })
    return found
  })
  if (rows.length === 0) return noneFound()
  print(table([['id', 'client', 'dialect'], ...rows.map((row) => [row.id, row.client_id, row.dialect])]))
  print(yes ? 'Erased.' : 'Nothing was erased yet: add --yes to erase this for good.')
}

/** Part after part, so that memory does not grow with the table. */
async function exportAll(filter: Filter): Promise<void> {
  await withPlatform(async ({ database, audit }) => {
    let exported = 0
    for (let after = 0; ; ) {
      const part = await filtered(database, filter)
        .where('reference', '>', after)
        .orderBy('reference')
        .limit(500)
        .execute()
      if (part.length === 0) break
      part.forEach(printCheck)
      exported += part.length
      after = part.at(-1)!.reference
    }
    const act = { actor: 'operator', clientId: filter.client ?? null, subject: null }
    await database
      .transaction()
      .execute((transaction) =>
        audit.append(transaction, { ...act, action: 'checks.exported', details: { checks: exported } }),
      )
  })
}

function filtered(database: CommandPlatform['database'], { client, dialect, since, until }: Filter) {
  let rows = database.selectFrom('checks').selectAll()
  if (client !== undefined) rows = rows.where('client_id', '=', client)
  if (dialect !== undefined) rows = rows.where('dialect', '=', dialect)
  if (since !== undefined) rows = rows.where('created_at', '>=', since)
  if (until !== undefined) rows = rows.where('created_at', '<', until)
  return rows
}

/** One id may stand for a check of each operation, and of several clients. */
function named(database: CommandPlatform['database'], { client, externalId, id }: ShowOptions) {
  return filtered(database, client === undefined ? {} : { client })
    .where((where) =>
      where.or([where('external_id', '=', id ?? externalId!), ...(id ? [where('id', '=', id)] : [])]),
    )
    .orderBy('reference')
    .execute()
}

function printCheck(row: Selectable<ChecksTable>): void {
  const check = {
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
    answer: row.result === null ? null : parseExact(row.result),
  }
  print(printableJson(stringifyExact(check)))
}

function noneFound(): void {
  process.stderr.write('liveface: there is no such check\n')
  process.exitCode = 1
}

function count(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Not a whole number above 0.')
  return Number(text)
}

function time(text: string): number {
  const value = Date.parse(text)
  if (Number.isNaN(value))
    throw new InvalidArgumentError('Not an ISO time such as 2026-01-31 or 2026-01-31T12:00:00Z.')
  return value
}
