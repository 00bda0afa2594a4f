/**
 * JSON as Python's `json.dumps(value, sort_keys=True, separators=(",", ":"))` writes it, after whole
 * floats became integers. Receivers sign again what they parsed, so every byte counts.
 *
 * Differences from JSON.stringify: keys go by code point (JavaScript moves "9" before "10" and sorts
 * by UTF-16 unit), other escapes, other exponents, and numbers from 1e21 on are written out.
 */
export interface PythonJsonOptions {
  /** Python's `ensure_ascii`: everything but printable ASCII becomes an escape. */
  ascii: boolean
}

/** @param value what JSON can hold, BigInt among it; object members that are undefined are left out */
export function toPythonJson(value: unknown, options: PythonJsonOptions): string {
  if (value === null || value === undefined) return 'null'
  switch (typeof value) {
    case 'boolean':
      return String(value)
    case 'bigint':
      return value.toString()
    case 'number':
      return toNumber(value)
    case 'string':
      return toText(value, options)
    case 'object':
      return Array.isArray(value)
        ? `[${value.map((item) => toPythonJson(item, options)).join(',')}]`
        : toObject(value as Record<string, unknown>, options)
    default:
      throw new RangeError(`JSON has no word for a ${typeof value}.`)
  }
}

function toObject(value: Record<string, unknown>, options: PythonJsonOptions): string {
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([first], [second]) => compareByCodePoint(first, second))
    .map(([key, member]) => `${toText(key, options)}:${toPythonJson(member, options)}`)
  return `{${members.join(',')}}`
}

/** The order of Python's strings. UTF-16 units would put U+1F600 (a surrogate pair) before U+FFFD. */
function compareByCodePoint(first: string, second: string): number {
  const a = [...first]
  const b = [...second]
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = (a[index]?.codePointAt(0) ?? 0) - (b[index]?.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Whole numbers in full; others as Python's `repr`: shortest digits, exponent below 1e-4, two digits of it. */
function toNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError('JSON has no word for an infinite number.')
  if (Number.isInteger(value)) return BigInt(value).toString()
  const [digits = '', exponent = '0'] = value.toExponential().split('e')
  if (Number(exponent) >= -4) return String(value)
  return `${digits}e-${String(-Number(exponent)).padStart(2, '0')}`
}

const named: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
}

function toText(value: string, { ascii }: PythonJsonOptions): string {
  const special = ascii ? /["\\]|[^ -~]/g : /["\\]|[^ -\uffff]/g
  const escaped = wellFormed(value).replace(
    special,
    (unit) => named[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `"${escaped}"`
}

/** Half a surrogate pair has no UTF-8, so nobody could sign it: it becomes U+FFFD in body and signature alike. */
function wellFormed(value: string): string {
  return value.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (match) =>
    match.length === 2 ? match : '\ufffd',
  )
}

/** What Python calls the type of a JSON value. */
export function pythonType(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'string') return 'str'
  if (typeof value === 'boolean') return 'bool'
  return typeof value === 'bigint' || Number.isInteger(value) ? 'int' : 'float'
}
