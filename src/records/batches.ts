/** Databases limit the parameters of one statement. */
const batch = 500
/** Rows with a score of columns. */
export const rowsAtATime = 100

/** @returns the ids, or rows, so many at a time; 500 where nothing is said */
export function* batches<Item>(items: readonly Item[], size = batch): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}
