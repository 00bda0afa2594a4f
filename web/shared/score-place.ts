/** Where a score lies: within the review band where there is one, else on one side of the threshold. */
export function placeOf(
  value: number,
  threshold: number,
  band: readonly [number, number] | null,
): 'above' | 'below' | 'within' {
  if (band && value >= band[0] && value < band[1]) return 'within'
  return value >= threshold ? 'above' : 'below'
}
