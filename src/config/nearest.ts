/** The one of `names` that takes the fewest changes to get to from `name`. */
export function nearest(name: string, names: readonly string[]): string {
  const distances = names.map((known) => [editDistance(name, known), known] as const)
  return distances.reduce((best, next) => (next[0] < best[0] ? next : best))[1]
}

/** Letters that must be inserted, removed or replaced to make one text of the other. */
function editDistance(first: string, second: string): number {
  let row = Array.from({ length: second.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...first].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...second].entries()) {
      next.push(
        Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)),
      )
    }
    row = next
  }
  return row[second.length] ?? 0
}
