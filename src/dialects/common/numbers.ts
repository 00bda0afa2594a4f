/** Four decimals: an answer, and the comparison that it reports, never differ by a rounding. */
export function roundScore(value: number): number {
  return Math.round(value * 1e4) / 1e4
}

/** A decimal number, with or without an exponent; NaN for any other text, `Infinity`, `0x10` and an empty one too. */
export function readNumber(text: string): number {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN
}
