/**
 * Log-odds of a probability. Always finite, for a probability of 32 bits reaches 0 and 1.
 *
 * @param min smallest probability, and smallest distance from 1, that is distinguished
 */
export function logOdds(probability: number, min = 1e-9): number {
  const safe = Math.min(1 - min, Math.max(min, probability))
  return Math.log(safe / (1 - safe))
}

/** The probability of log-odds: the logistic function. */
export function fromLogOdds(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}
