import type { FastifyInstance } from 'fastify'

export interface TableRow {
  method: string
  /** As registered, with `:name` and `*`. */
  url: string
}

/** Every route that a server answers, as its router knows it; HEAD, which goes with GET, is left out. */
export function routeTable(app: FastifyInstance): TableRow[] {
  const parents: string[] = []
  const rows: TableRow[] = []
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const parsed = /^([ │]*)[└├]── (\S+)(?: \(([A-Z, ]+)\))?/.exec(line)
    if (!parsed) continue
    const [, indent = '', piece = '', methods = ''] = parsed
    const depth = indent.length / 4
    const url = (depth === 0 ? '' : (parents[depth - 1] ?? '')) + piece
    parents[depth] = url
    for (const method of methods.split(', ').filter(Boolean)) {
      if (method !== 'HEAD') rows.push({ method, url })
    }
  }
  return rows
}
