import type { Checks, NewCheck, Outcome, Reservation } from '../records/checks.ts'
import type { Said } from '../records/course.ts'
import type { CheckRecord } from './perform.ts'
import { CheckRefused } from './refusals.ts'

/** A check's outcome, whose result is the answer, with what the answer says. */
export type Kept<Answer> = Outcome & { result: Answer } & Said

/** A check with a row of its own. @param describe whose check it is, and by which id of theirs */
export function ownRow<Input, Answer>(
  checks: Checks,
  describe: (input: Input) => NewCheck,
): CheckRecord<Input, Reservation, Kept<Answer>, Answer> {
  return {
    reserve: (input) => reserveRow(checks, describe(input)),
    async complete(reservation, keep, course) {
      const kept = await checks.complete(reservation, keep, course)
      return (kept as Kept<Answer>).result
    },
    release: (reservation) => checks.release(reservation),
  }
}

/**
 * Reserves checks of one client, which have no ids of its own: all of them, in their order, or none.
 * @throws CheckRefused no_balance
 */
export async function reserveRows(checks: Checks, wanted: readonly NewCheck[]): Promise<Reservation[]> {
  // A single one takes a single statement on PostgreSQL.
  if (wanted.length === 1) return [await reserveRow(checks, wanted[0]!)]
  const reserved = await checks.reserveAll(wanted)
  if (reserved === 'no_balance') throw new CheckRefused(reserved)
  return reserved
}

/** @throws CheckRefused id_taken, no_balance */
export async function reserveRow(checks: Checks, check: NewCheck): Promise<Reservation> {
  const reserved = await checks.reserve(check)
  if (typeof reserved === 'string') throw new CheckRefused(reserved)
  return reserved
}
