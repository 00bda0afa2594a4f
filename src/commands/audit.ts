import { Command } from 'commander'
import type { AuditMark } from '../records/types.ts'
import { withPlatform } from './platform.ts'
import { counted, print, printable, printJson } from './terminal.ts'

/** `liveface audit verify|list`. */
export function auditCommand(): Command {
  const audit = new Command('audit').description('Verify and show the audit log.').exitOverride()
  audit
    .command('verify')
    .description('Recompute the chain. Exit code 0: intact; 1: changed. Prints a mark to keep elsewhere.')
    .option('--mark <sequence:hash>', 'a mark printed earlier, which must still be in the chain')
    .option('--json', 'print JSON')
    .action((options: { mark?: string; json?: true }) => verify(options))
  audit
    .command('list')
    .description('Show the newest entries.')
    .option('--client <id>', 'only of this client')
    .option('--limit <number>', 'how many', '50')
    .action((options: { client?: string; limit: string }) => list(options))
  return audit
}

async function verify(options: { mark?: string; json?: true }): Promise<void> {
  const mark = options.mark === undefined ? undefined : parseMark(options.mark)
  const verdict = await withPlatform(({ audit }) => audit.verify(mark))
  process.exitCode = verdict.intact ? 0 : 1
  if (options.json) return printJson(verdict)
  if (!verdict.intact) {
    return print(`The audit log was changed at row ${verdict.sequence}: ${verdict.reason}`)
  }
  print(`The audit log is intact: ${counted(verdict.rows, 'row')}.`)
  if (verdict.rows > 0) print(`Mark: ${verdict.head.sequence}:${verdict.head.hash}`)
}

async function list({ client, limit }: { client?: string; limit: string }): Promise<void> {
  const filter = { limit: Number(limit) || 50, ...(client === undefined ? {} : { clientId: client }) }
  const rows = await withPlatform(({ audit }) => audit.list(filter))
  for (const row of rows) {
    const time = new Date(row.at).toISOString()
    const words = [row.sequence, time, row.actor, row.clientId ?? '-', row.action, row.subject ?? '-']
    print(printable([...words, JSON.stringify(row.details)].join('  ')))
  }
}

function parseMark(text: string): AuditMark {
  const [, sequence, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? []
  if (!sequence || !hash)
    throw new Error('A mark looks like 12:9f86..., as printed by `liveface audit verify`.')
  return { sequence: Number(sequence), hash }
}
