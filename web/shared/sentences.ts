/** Every sentence of a language by its place, to compare two languages in tests. */
export function sentences(value: unknown, place = ''): [string, string][] {
  if (typeof value === 'string') return [[place, value]]
  return Object.entries(value as object).flatMap(([name, part]) => sentences(part, `${place}/${name}`))
}
