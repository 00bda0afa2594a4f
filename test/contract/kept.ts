import type { Database } from '../../src/database/index.ts'

export interface KeptReader {
  /** What has changed in the database since the last call, in words. */
  changes(): Promise<string[]>
}

/** Tables whose rows are counted, and what each row is. */
const counted = {
  evidence: 'pictures',
  gallery_entries: 'changes of the gallery',
  webhook_events: 'events',
  challenge_photos: 'photos',
} as const

/** Reads what a request leaves behind: an answer can be right and what is kept or paid for it wrong. */
export async function createKeptReader(database: Database): Promise<KeptReader> {
  let checks = new Map<string, string>()
  let balances = new Map<string, number>()
  let counts = new Map<string, number>()
  let audited = 0

  async function changes(): Promise<string[]> {
    const said: string[] = []
    const rows = await database.selectFrom('checks').selectAll().orderBy('reference').execute()
    const now = new Map(
      rows.map((row) => [
        row.id,
        `check ${row.reference} ${row.operation} ${row.external_id ?? row.person ?? '-'} ${row.state} ${row.status ?? '-'}`,
      ]),
    )
    for (const [id, text] of now) if (checks.get(id) !== text) said.push(text)
    for (const [id, text] of checks) if (!now.has(id)) said.push(`gone: ${text}`)
    checks = now

    const clients = await database.selectFrom('clients').select(['id', 'balance']).execute()
    const left = new Map(clients.flatMap(({ id, balance }) => (balance === null ? [] : [[id, balance]])))
    for (const [id, balance] of left) {
      if (balances.get(id) !== balance) said.push(`balance ${balance}`)
    }
    balances = left

    const seen = new Map<string, number>()
    for (const [table, name] of Object.entries(counted) as [keyof typeof counted, string][]) {
      const { count } = await database
        .selectFrom(table)
        .select((select) => select.fn.countAll().as('count'))
        .executeTakeFirstOrThrow()
      const change = Number(count) - (counts.get(name) ?? 0)
      if (change !== 0) said.push(`${name} ${change > 0 ? '+' : ''}${change}`)
      seen.set(name, Number(count))
    }
    counts = seen

    const acts = await database
      .selectFrom('audit')
      .selectAll()
      .where('sequence', '>', audited)
      .orderBy('sequence')
      .execute()
    for (const { action, details, sequence } of acts) {
      audited = Number(sequence)
      // Making the clients of the test is no part of it.
      if (!/^(client|credential)\.created$/.test(action)) said.push(`audit ${action} ${details ?? ''}`.trim())
    }
    return said
  }

  await changes()
  return { changes }
}
