import type { Transaction } from 'kysely'
import type { Tables } from '../../../database/index.ts'
import type { Gallery, Match, Query } from '../../../gallery/types.ts'

/** Gives the matches of each query. Called first in its transaction: it may take the client's place in line. */
export type SearchInTransaction = (transaction: Transaction<Tables>) => Promise<Match[][]>

/** Scans ahead of the transaction, which then sees what has changed since: of two calls with one new face at once,
 * exactly one finds the other. */
export async function prepareSearch(
  gallery: Gallery,
  probe: Float32Array | null,
  queries: readonly Query[],
): Promise<SearchInTransaction> {
  if (!probe || queries.length === 0) return async () => []
  const head = await gallery.prepare(probe, queries)
  return (transaction) => gallery.searchInLine(transaction, probe, queries, head)
}

/** Searches at once, for a call of which nothing is kept: nobody needs to wait for it. */
export async function searchNow(
  gallery: Gallery,
  probe: Float32Array | null,
  queries: readonly Query[],
): Promise<SearchInTransaction> {
  const matches = probe && queries.length > 0 ? await gallery.search(probe, queries) : []
  return async () => matches
}

/** Ids of the checks that the faces found came from. */
export function idsOf(matches: readonly Match[][]): string[] {
  return [...new Set(matches.flat().flatMap(({ checkId }) => checkId ?? []))]
}
