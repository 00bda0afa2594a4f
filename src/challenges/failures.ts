import type { Database } from '../database/index.ts'
import { type FailedAttempt, type Session, TooManyFailures } from './types.ts'

/** Failures in a row that cost a person nothing, and the wait after the next one, doubled by each further. */
const free = 10
const firstWait = 30_000
/** How far back failures count, and the longest wait: milliseconds. */
const memory = 3_600_000

/**
 * A person whose attempts fail again and again waits ever longer for the next: whoever tries out what passes learns slowly.
 * One that passes wipes the slate clean.
 * @param userId the caller's own id of the person; others of the caller's people go on as before
 * @throws TooManyFailures while the person has to wait
 */
export async function requirePatience(
  db: Database,
  clientId: string,
  userId: string,
  time: number,
): Promise<void> {
  const latest = await db
    .selectFrom('challenge_sessions')
    .select(['verdict', 'completed_at', 'failed_attempts'])
    .where('client_id', '=', clientId)
    .where('user_id', '=', userId)
    .where((where) =>
      where.or([
        where('completed_at', '>', time - memory),
        // Given up after attempts that failed.
        where.and([
          where('completed_at', 'is', null),
          where('failed_attempts', '!=', '[]'),
          where('expires_at', '>', time - memory),
        ]),
      ]),
    )
    .orderBy((order) => order.fn.coalesce('completed_at', 'created_at'), 'desc')
    .limit(free + Math.ceil(Math.log2(memory / firstWait)) + 1)
    .execute()
  const passed = latest.findIndex(({ verdict }) => verdict !== null && JSON.parse(verdict).isAlive === true)
  const failedAt = (passed < 0 ? latest : latest.slice(0, passed)).flatMap(
    ({ completed_at, failed_attempts }) => {
      const attempts: FailedAttempt[] = JSON.parse(failed_attempts)
      return [...attempts.map(({ at }) => at), ...(completed_at === null ? [] : [completed_at])]
    },
  )
  const failures = failedAt.length
  if (failures <= free) return
  const wait = Math.min(memory, firstWait * 2 ** (failures - free - 1))
  const left = Math.max(...failedAt) + wait - time
  if (left > 0) throw new TooManyFailures(Math.ceil(left / 1000))
}

/**
 * As `requirePatience`, where no photo of the session's present attempt has come: sessions made before the failures give
 * no way around the wait. An attempt that is under way goes on.
 * @throws TooManyFailures; the session stays as it is, and begins the attempt later
 */
export async function requirePatienceToBegin(db: Database, session: Session, time: number): Promise<void> {
  const { clientId, userId, challenges } = session
  if (challenges.every(({ submittedAt }) => submittedAt === null))
    await requirePatience(db, clientId, userId, time)
}
