/** Cases that no call made. */
import type { Insertable } from 'kysely'
import type { Tables } from '../../src/database/schema.ts'
import type { OpenedDatabase } from './databases.ts'

type NewCase = Partial<Insertable<Tables['checks']>>

/** Writes cases that wait for a person. */
export async function insertCases(
  { database }: Pick<OpenedDatabase, 'database'>,
  clientId: string,
  cases: readonly NewCase[],
): Promise<void> {
  const times = { created_at: 1, completed_at: 1 }
  const state = { state: 'done', verdict: 'review', case_state: 'open' } as const
  const call = { client_id: clientId, dialect: 'didit', operation: 'face-search' }
  for (let i = 0; i < cases.length; i += 50) {
    const rows = cases.slice(i, i + 50)
    await database
      .insertInto('checks')
      .values(rows.map((row) => ({ id: crypto.randomUUID(), ...times, ...state, ...call, ...row })))
      .execute()
  }
}
