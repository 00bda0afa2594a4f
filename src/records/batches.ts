/** Databases limit the parameters of one statement. */
const batch = 500

/** @returns the ids, at most 500 at a time */
export function* batches(ids: readonly string[]): Generator<string[]> {
  for (let start = 0; start < ids.length; start += batch) yield ids.slice(start, start + batch)
}
