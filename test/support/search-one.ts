import type { Gallery, Match, Query } from '../../src/gallery/types.ts'

/** The matches of one query alone. */
export async function searchOne(
  gallery: Pick<Gallery, 'search'>,
  probe: Float32Array,
  query: Query,
): Promise<Match[]> {
  const [matches = []] = await gallery.search(probe, [query])
  return matches
}
