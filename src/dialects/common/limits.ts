/** Limits that every vendor's callers share. */
import type { FastifyRequest } from 'fastify'
import type { RateLimit, RateLimits } from '../../access/rate-limits.ts'
import type { Config } from '../../config/index.ts'
import type { Services } from '../dialect.ts'

/** Counts a request against its address: failed guesses too, or the limit would not slow a guesser. */
export function takeFromAddress(
  { ip }: FastifyRequest,
  { config, rateLimits }: { config: Config; rateLimits: RateLimits },
): RateLimit {
  return rateLimits.take(`address/${ip}`, config.rates.perAddress)
}

/** Refusals a minute that the audit log takes: a stranger must not fill it. */
const notedRefusals = 10

/** Notes that somebody tried to do what administrators may. @param actor a client's id, or `stranger` */
export async function noteRefusedAdministrator(
  { rateLimits, database, audit }: Pick<Services, 'rateLimits' | 'database' | 'audit'>,
  actor: string,
): Promise<void> {
  if (!rateLimits.take('admin/refused', notedRefusals).allowed) return
  const clientId = actor === 'stranger' ? null : actor
  const act = { actor, clientId, action: 'admin.refused', subject: null }
  await database.transaction().execute((transaction) => audit.append(transaction, act))
}

/** Wrong guesses from one address of a secret that people chose, which may be a weak one. */
const guessesPerMinute = 10

export type Guess = { result: 'right' | 'wrong' } | { result: 'refused'; retryAfter: number }

/**
 * Compares a guess of a secret, unless its address guessed wrong too often.
 * @param name of the secret @param isRight in constant time
 * @returns `refused` with whole seconds to wait
 */
export function judgeGuess(
  { ip }: FastifyRequest,
  rateLimits: RateLimits,
  name: string,
  isRight: () => boolean,
): Guess {
  const guesses = guessesOf({ ip }, rateLimits, name)
  // Before the comparison: whoever guessed too often must not learn that a guess is right.
  const { allowed, retryAfter } = guesses.peek()
  if (!allowed) return { result: 'refused', retryAfter }
  if (isRight()) return { result: 'right' }
  guesses.take()
  return { result: 'wrong' }
}

/** Counts the wrong guesses of an address: `peek` before one is looked at, `take` after a wrong one. */
export function guessesOf({ ip }: Pick<FastifyRequest, 'ip'>, rateLimits: RateLimits, name: string) {
  const key = `${name}/${ip}`
  return {
    peek: () => rateLimits.peek(key, guessesPerMinute),
    take: () => rateLimits.take(key, guessesPerMinute),
  }
}
