import type { Database } from '../database/index.ts'
import { TooManyFailures } from './types.ts'

/** Failures in a row that cost a person nothing, and the wait after the next one, doubled by each further. */
const free = 10
const firstWait = 30_000
/** How far back failures count, and the longest wait: milliseconds. */
const memory = 3_600_000

/**
 * A person whose sessions fail again and again waits ever longer for the next: whoever tries out what passes learns slowly.
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
    .select(['verdict', 'completed_at'])
    .where('client_id', '=', clientId)
    .where('user_id', '=', userId)
    .where('completed_at', '>', time - memory)
    .orderBy('completed_at', 'desc')
    .limit(free + Math.ceil(Math.log2(memory / firstWait)) + 1)
    .execute()
  const passed = latest.findIndex(({ verdict }) => verdict !== null && JSON.parse(verdict).isAlive === true)
  const failures = passed < 0 ? latest.length : passed
  if (failures <= free) return
  const wait = Math.min(memory, firstWait * 2 ** (failures - free - 1))
  const left = latest[0]!.completed_at! + wait - time
  if (left > 0) throw new TooManyFailures(Math.ceil(left / 1000))
}
