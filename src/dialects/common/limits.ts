/** Limits that every vendor's callers share. */
import type { FastifyRequest } from 'fastify'
import type { RateLimit, RateLimits } from '../../access/rate-limits.ts'
import type { Config } from '../../config/index.ts'

/** Counts a request against its address: failed guesses too, or the limit would not slow a guesser. */
export function takeFromAddress(
  { ip }: FastifyRequest,
  { config, rateLimits }: { config: Config; rateLimits: RateLimits },
): RateLimit {
  return rateLimits.take(`address/${ip}`, config.rates.perAddress)
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
  const key = `${name}/${ip}`
  // Before the comparison: whoever guessed too often must not learn that a guess is right.
  const { allowed, retryAfter } = rateLimits.peek(key, guessesPerMinute)
  if (!allowed) return { result: 'refused', retryAfter }
  if (isRight()) return { result: 'right' }
  rateLimits.take(key, guessesPerMinute)
  return { result: 'wrong' }
}
