/** Values of a nested object by their paths, to show as rows; numbers with four decimals, long lists by their length. */
export function flatten(value: unknown, path = ''): [string, string][] {
  if (Array.isArray(value) && value.length > 8) return [[path, `[${value.length}]`]]
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).flatMap(([name, part]) => flatten(part, path ? `${path}.${name}` : name))
  }
  if (typeof value === 'number' && !Number.isInteger(value)) return [[path, value.toFixed(4)]]
  return [[path, value === null ? '–' : String(value)]]
}
