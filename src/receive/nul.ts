/** The character U+0000, which PostgreSQL keeps in no text. No name, address or note has one: whoever sends it is refused. */

/** @returns the path of the first text in JSON that has the character, the empty one for the value itself; null: none has it */
export function findNul(value: unknown): string[] | null {
  if (typeof value === 'string') return value.includes('\0') ? [] : null
  if (typeof value !== 'object' || value === null) return null
  for (const [name, part] of Object.entries(value)) {
    const below = name.includes('\0') ? [] : findNul(part)
    if (below) return [name.replaceAll('\0', ''), ...below]
  }
  return null
}
