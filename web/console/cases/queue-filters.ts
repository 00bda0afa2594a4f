/** Filters of the list of cases: in the page's address by day, in the API's by the moment. */
import { withQuery } from '../api/client.ts'

export const filterNames = ['q', 'dialect', 'verdict', 'from', 'to'] as const

export function casesPath(query: URLSearchParams): string {
  return withQuery('/cases', {
    // Who looks for an id means it wherever it lies.
    queue: query.get('queue') ?? (query.get('q') ? 'all' : 'open'),
    dialect: query.get('dialect'),
    verdict: query.get('verdict'),
    q: query.get('q')?.trim(),
    from: startOfDay(query.get('from'), 0),
    to: startOfDay(query.get('to'), 1),
  })
}

/** Midnight of a day of the viewer's calendar, `later` days after it, as UTC. @returns null for what is no day */
function startOfDay(day: string | null, later: number): string | null {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? '') ?? []
  if (!year || !month || !date) return null
  return new Date(Number(year), Number(month) - 1, Number(date) + later).toISOString()
}
