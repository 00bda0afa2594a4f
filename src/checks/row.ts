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

/** @throws CheckRefused id_taken, no_balance */
export async function reserveRow(checks: Checks, check: NewCheck): Promise<Reservation> {
  const reserved = await checks.reserve(check)
  if (typeof reserved === 'string') throw new CheckRefused(reserved)
  return reserved
}
