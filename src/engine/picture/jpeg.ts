/**
 * Sums of the standard luminance quantisation table of ITU-T T.81 (annex K.1), whole and over the ten lowest
 * frequencies (in the file's zigzag order); encoders scale the table by quality.
 */
const standardSum = 3688
const standardLowSum = 132

/**
 * Quality, 1..100 on the scale of the IJG encoder, with which a JPEG was last saved, read from its luminance
 * quantisation table; null when there is none before the first scan.
 */
export function jpegQuality(bytes: Uint8Array): number | null {
  const word = (at: number) => (bytes[at]! << 8) | bytes[at + 1]!
  let at = 2
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!
    const end = at + 2 + word(at + 2)
    if (marker === 0xda || end > bytes.length) return null
    if (marker === 0xdb) {
      for (let table = at + 4; table < end; ) {
        const wide = bytes[table]! >> 4 > 0
        const size = wide ? 128 : 64
        if (table + 1 + size > end) return null
        if ((bytes[table]! & 15) === 0) {
          const steps = Array.from({ length: 64 }, (_, i) =>
            wide ? word(table + 1 + 2 * i) : bytes[table + 1 + i]!,
          )
          return qualityOf(steps)
        }
        table += 1 + size
      }
    }
    at = end
  }
  return null
}

/**
 * The IJG encoder multiplies the table by 50 / q below q = 50 and by 2 - q / 50 above. At low quality the high
 * frequencies stop at 255 and say nothing; at high quality the low ones are rounded to 1.
 */
function qualityOf(steps: number[]): number {
  const sum = (list: number[]) => list.reduce((total, step) => total + step, 0)
  const fine = sum(steps) / standardSum
  const factor = fine < 1 ? fine : sum(steps.slice(0, 10)) / standardLowSum
  const quality = factor > 1 ? 50 / factor : 100 - 50 * factor
  return Math.max(1, Math.min(100, quality))
}
