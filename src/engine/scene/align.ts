import type { Match } from './blocks.ts'
import type { Place } from './spline.ts'

/** A turn with a change of size about the middle of the picture, and a shift: `[cos, sin, dx, dy]`, size included. */
export type Similarity = readonly [cos: number, sin: number, dx: number, dy: number]

export function moveBy([cos, sin, dx, dy]: Similarity, [x, y]: Place, middle: number): Place {
  const [u, v] = [x - middle, y - middle]
  return [cos * u - sin * v + dx + middle, sin * u + cos * v + dy + middle]
}

/**
 * The similarity that most blocks agree with: least squares, in which each block counts by its likeness and, from the
 * second round on, the less the farther it is off.
 * @param middle of the picture, in pixels
 */
export function align(matches: readonly Match[], middle: number): Similarity {
  let found: Similarity = [1, 0, median(matches.map(({ dx }) => dx)), median(matches.map(({ dy }) => dy))]
  for (let round = 0; round < 8; round++) {
    const sums = { weight: 0, x: 0, y: 0, u: 0, v: 0 }
    const weights = matches.map((match) => {
      const [x, y] = moveBy(found, [match.x, match.y], middle)
      const off = Math.hypot(x - match.x - match.dx, y - match.y - match.dy)
      const weight = Math.max(0.01, match.likeness) ** 4 / (1 + (off / 1.5) ** 2)
      sums.weight += weight
      sums.x += weight * (match.x - middle)
      sums.y += weight * (match.y - middle)
      sums.u += weight * (match.x + match.dx - middle)
      sums.v += weight * (match.y + match.dy - middle)
      return weight
    })
    const [mx, my, mu, mv] = [sums.x, sums.y, sums.u, sums.v].map((sum) => sum / sums.weight)
    let [along, across, size] = [0, 0, 0]
    for (const [index, match] of matches.entries()) {
      const [x, y] = [match.x - middle - mx!, match.y - middle - my!]
      const [u, v] = [match.x + match.dx - middle - mu!, match.y + match.dy - middle - mv!]
      along += weights[index]! * (x * u + y * v)
      across += weights[index]! * (x * v - y * u)
      size += weights[index]! * (x * x + y * y)
    }
    if (!(size > 0)) break
    const [cos, sin] = [along / size, across / size]
    found = [cos, sin, mu! - cos * mx! + sin * my!, mv! - sin * mx! - cos * my!]
  }
  return found
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}
