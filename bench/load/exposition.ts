/** Reads what GET /metrics answers: the Prometheus text format, strictly. */

/** Value of each series by its name and labels as written, for example `a_total{x="y"}`. */
export type Samples = ReadonlyMap<string, number>

export interface Family {
  name: string
  type: string
  help: string
  /** Name, labels and value, in the order of the text. */
  samples: { name: string; labels: Record<string, string>; value: number }[]
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)(?: (-?\d+))?$/
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)/y
const suffixes: Record<string, readonly string[]> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
}

/** @throws Error naming the first line that breaks the format */
export function parseExposition(text: string): Family[] {
  const families = new Map<string, Family>()
  const helps = new Map<string, string>()
  let current: Family | undefined
  if (!text.endsWith('\n')) throw new Error('The last line does not end.')
  for (const line of text.split('\n')) {
    if (line === '') continue
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line)
    if (comment) {
      const [, keyword, name, rest] = comment as unknown as [string, string, string, string]
      if (!metricName.test(name)) throw new Error(`No name of a metric: ${line}`)
      if (keyword === 'HELP') helps.set(name, rest)
      else {
        if (families.has(name)) throw new Error(`A second TYPE: ${line}`)
        current = { name, type: rest, help: helps.get(name) ?? '', samples: [] }
        families.set(name, current)
      }
      continue
    }
    if (line.startsWith('#')) continue
    const [, name, labels = '', value] = sampleLine.exec(line) ?? []
    if (!name || value === undefined) throw new Error(`No sample: ${line}`)
    const belongs = (suffixes[current?.type ?? ''] ?? ['']).some((end) => name === `${current?.name}${end}`)
    if (!current || !belongs) throw new Error(`A sample outside its family: ${line}`)
    current.samples.push({ name, labels: parseLabels(labels, line), value: parseValue(value, line) })
  }
  return [...families.values()]
}

function parseLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {}
  label.lastIndex = 0
  while (label.lastIndex < text.length) {
    const match = label.exec(text)
    if (!match) throw new Error(`Malformed labels: ${line}`)
    labels[match[1]!] = match[2]!.replace(/\\([\\"n])/g, (_all, mark) => (mark === 'n' ? '\n' : mark))
  }
  return labels
}

function parseValue(text: string, line: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY
  if (text === '-Inf') return Number.NEGATIVE_INFINITY
  const value = text === 'NaN' ? Number.NaN : Number(text)
  if (Number.isNaN(value) && text !== 'NaN') throw new Error(`No number: ${line}`)
  return value
}

export async function scrape(url: string): Promise<Samples> {
  const text = await (await fetch(url)).text()
  const samples = parseExposition(text).flatMap((family) => family.samples)
  return new Map(samples.map(({ name, labels, value }) => [seriesKey(name, labels), value]))
}

export function seriesKey(name: string, labels: Record<string, string> = {}): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
  return pairs.length === 0 ? name : `${name}{${pairs.map(([key, value]) => `${key}="${value}"`).join(',')}}`
}

/** Sum over every series of a metric, whatever its labels but for those given. */
export function sumOf(samples: Samples, name: string, labels: Record<string, string> = {}): number {
  const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`)
  let sum = 0
  for (const [key, value] of samples) {
    if (key.replace(/\{.*$/, '') === name && wanted.every((pair) => key.includes(pair))) sum += value
  }
  return sum
}

/**
 * A quantile of what a histogram counted between two scrapes, in its own unit: within its bucket by straight line, as
 * Prometheus does it.
 */
export function quantileBetween(before: Samples, after: Samples, name: string, quantile: number): number {
  const buckets = [...after]
    .filter(([key]) => key.startsWith(`${name}_bucket{`))
    .map(([key, value]) => {
      const bound = /le="([^"]+)"/.exec(key)![1]!
      return { bound: parseValue(bound, key), count: value - (before.get(key) ?? 0) }
    })
    .sort((a, b) => a.bound - b.bound)
  const total = buckets.at(-1)?.count ?? 0
  if (total === 0) return Number.NaN
  const rank = quantile * total
  const at = buckets.findIndex(({ count }) => count >= rank)
  const { bound, count } = buckets[at]!
  const { bound: from, count: below } = buckets[at - 1] ?? { bound: 0, count: 0 }
  if (bound === Number.POSITIVE_INFINITY) return from
  return from + ((bound - from) * (rank - below)) / (count - below)
}
