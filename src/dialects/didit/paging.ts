import type { FastifyRequest } from 'fastify'
import { baseUrlOf } from '../../receive/base-url.ts'
import type { Services } from '../dialect.ts'

/** Most rows of one page. */
const most = 500

export interface Page {
  limit: number
  offset: number
}

/** `limit` and `offset` of the query. As the vendor's framework does, what is no number counts as absent. */
export function readPage(request: FastifyRequest, fallback: number): Page {
  const query = request.query as Record<string, unknown>
  const number = (name: string) => {
    const value = query[name]
    return typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : null
  }
  return { limit: Math.min(number('limit') || fallback, most), offset: number('offset') ?? 0 }
}

/** A page in the vendor's envelope, with ready-made URLs of its neighbours. */
export function toPage<Row>(
  request: FastifyRequest,
  services: Services,
  { limit, offset }: Page,
  count: number,
  results: readonly Row[],
) {
  const base = baseUrlOf(request, services.config)
  // A request line may name a host of the caller's choice, which no link of ours may lead to.
  const { pathname, search } = new URL(request.url, base)
  const at = (start: number) => {
    const url = new URL(pathname + search, base)
    url.searchParams.set('limit', String(limit))
    if (start > 0) url.searchParams.set('offset', String(start))
    else url.searchParams.delete('offset')
    url.searchParams.sort()
    return url.toString()
  }
  return {
    count,
    next: offset + limit < count ? at(offset + limit) : null,
    previous: offset > 0 ? at(offset - limit) : null,
    results,
  }
}
