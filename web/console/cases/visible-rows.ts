/**
 * Rows of a long list that are near the window: only they are in the page.
 * @param top pixels from the window's upper edge to the list's; negative once the list was scrolled under it
 * @param spare rows kept on each side, so that scrolling shows no gaps
 * @returns the first row, and the one after the last
 */
export function visibleRows(
  top: number,
  windowHeight: number,
  rowHeight: number,
  count: number,
  spare = 10,
): { first: number; end: number } {
  const first = Math.floor(-top / rowHeight) - spare
  const end = Math.ceil((windowHeight - top) / rowHeight) + spare
  const within = (row: number) => Math.min(count, Math.max(0, row))
  return { first: within(first), end: within(end) }
}
