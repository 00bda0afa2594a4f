/** What people decide about cases. */
import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Database, Tables } from '../database/index.ts'
import type { CaseDecisionsTable } from '../database/schema-console.ts'

export interface NewDecision {
  check: { id: string; clientId: string }
  user: { id: string; name: string }
  decision: CaseDecisionsTable['decision']
  reason: string
  comment: string
  /** A second person must make the same decision before it counts. */
  fourEyes: boolean
  /** What the person saw, as `versionOf` names it. */
  version: string
  now: number
}

/** Why a decision is not taken. */
export type DecisionRefusal = 'changed' | 'decided' | 'second_person'

/** Decisions of these checks, oldest first. */
export async function decisionsOf(db: Database, checkIds: readonly string[]): Promise<CaseDecisionsTable[]> {
  if (checkIds.length === 0) return []
  const query = db
    .selectFrom('case_decisions')
    .selectAll()
    .where('check_id', 'in', [...checkIds])
  return query.orderBy('decided_at').orderBy('id').execute()
}

/** The decision that another person must agree to: there is one at a time, or none. */
function waitingOf<Decision extends Pick<CaseDecisionsTable, 'needs_second'>>(
  decisions: readonly Decision[],
): Decision | undefined {
  return decisions.find(({ needs_second }) => needs_second === 1)
}

/** Names what a person sees of a case: it changes with every decision. */
export function versionOf(
  state: string | null,
  decisions: readonly Pick<CaseDecisionsTable, 'id' | 'needs_second'>[],
): string {
  return `"${state ?? 'none'}-${decisions.length}-${waitingOf(decisions)?.id ?? 'none'}"`
}

/** Whether a decision would count now, as the decisions before it stand. */
export function wouldCount(
  before: readonly CaseDecisionsTable[],
  { decision, fourEyes }: Pick<NewDecision, 'decision' | 'fourEyes'>,
): boolean {
  return !fourEyes || waitingOf(before)?.decision === decision
}

/**
 * Writes a decision down. Of two people who saw the same case, the second is told that it has changed.
 * @returns whether it counts now, or why it is not taken
 */
export async function decideCase(
  transaction: Transaction<Tables>,
  { check, user, decision, reason, comment, fourEyes, version, now }: NewDecision,
): Promise<{ counts: boolean } | DecisionRefusal> {
  // Written first, so that the row is locked, on both databases, until the commit.
  const row = await transaction
    .updateTable('checks')
    .set((column) => ({ case_state: column.ref('case_state') }))
    .where('id', '=', check.id)
    .returning('case_state')
    .executeTakeFirst()
  const before = await decisionsOf(transaction, [check.id])
  if (!row || versionOf(row.case_state, before) !== version) return 'changed'
  if (row.case_state === 'decided') return 'decided'
  const waits = waitingOf(before)
  if (waits?.user_id === user.id) return 'second_person'
  const counts = wouldCount(before, { decision, fourEyes })
  await transaction
    .insertInto('case_decisions')
    .values({
      id: randomUUID(),
      check_id: check.id,
      client_id: check.clientId,
      user_id: user.id,
      user_name: user.name,
      decision,
      reason,
      comment,
      needs_second: counts ? 0 : 1,
      decided_at: now,
    })
    .execute()
  // Where the second disagrees, theirs is the one that waits.
  if (waits) {
    await transaction
      .updateTable('case_decisions')
      .set({ needs_second: 0 })
      .where('id', '=', waits.id)
      .execute()
  }
  await transaction
    .updateTable('checks')
    .set({ case_state: counts ? 'decided' : 'open' })
    .where('id', '=', check.id)
    .execute()
  return { counts }
}
