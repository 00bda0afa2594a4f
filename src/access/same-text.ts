import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares a secret with what a caller gave, in a time that depends on neither. */
export function isSameText(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected))
}

/** Of equal length whatever the text's, as timingSafeEqual wants. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
