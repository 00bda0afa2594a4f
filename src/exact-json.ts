/**
 * JSON whose whole numbers keep every digit. Ids of accounts are often longer than 2^53, and JSON.parse makes one
 * number of two of them: such numbers are read as BigInt here, all others as JSON.parse reads them.
 */
import { randomUUID } from 'node:crypto'

/** Strings are matched too, so that digits inside one are not taken for a number. */
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** @throws SyntaxError */
export function parseExact(text: string): unknown {
  const plain: unknown = JSON.parse(text)
  // Nobody can guess the mark, so no string of the text begins with it.
  const mark = randomUUID()
  let isMarked = false
  const marked = text.replace(tokens, (token) => {
    if (!/^-?\d{16,}$/.test(token) || Number.isSafeInteger(Number(token))) return token
    isMarked = true
    return `"${mark}${token}"`
  })
  if (!isMarked) return plain
  return JSON.parse(marked, (_key, value) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  )
}

/** JSON.stringify for what `parseExact` returns. */
export function stringifyExact(value: unknown): string {
  const { replacer, restore } = createExactWriter()
  return restore(JSON.stringify(value, replacer))
}

/** The two halves of `stringifyExact`, for code that calls JSON.stringify itself. */
export function createExactWriter() {
  const mark = randomUUID()
  const marked = new RegExp(`"${mark}(-?\\d+)"`, 'g')
  return {
    replacer: (_key: string, value: unknown) => (typeof value === 'bigint' ? mark + value : value),
    restore: (text: string) => (text.includes(mark) ? text.replace(marked, '$1') : text),
  }
}
