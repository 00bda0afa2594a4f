/** Thin plate splines: the smoothest shift of a plane that brings given points where they belong. */

export type Place = readonly [x: number, y: number]

/** Where a spline starts from, and by how much each place is shifted. */
export interface Shifted {
  at: Place
  by: Place
}

/** Shifts in x and y at the corners of a grid of squares. */
export interface Grid {
  /** Side of the squares in pixels. */
  cell: number
  columns: number
  shifts: Float32Array
}

/**
 * The shifts of a width x height plane, at the corners of squares of `cell` pixels.
 * @param stiffness 0: the points are met exactly; a little more keeps noise of theirs out
 */
export function spline(
  points: readonly Shifted[],
  {
    width,
    height,
    cell = 4,
    stiffness = 1e-3,
  }: { width: number; height: number; cell?: number; stiffness?: number },
): Grid {
  const places = distinct(points)
  const count = places.length
  const weights = solve(places, stiffness)
  const columns = Math.ceil(width / cell) + 2
  const rows = Math.ceil(height / cell) + 2
  const shifts = new Float32Array(2 * columns * rows)
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at += 2) {
      const [x, y] = [column * cell, row * cell]
      const [constant, across, down] = [weights[count]!, weights[count + 1]!, weights[count + 2]!]
      let dx = constant[0]! + across[0]! * x + down[0]! * y
      let dy = constant[1]! + across[1]! * x + down[1]! * y
      for (let i = 0; i < count; i++) {
        const near = kernel((places[i]!.at[0] - x) ** 2 + (places[i]!.at[1] - y) ** 2)
        dx += near * weights[i]![0]!
        dy += near * weights[i]![1]!
      }
      shifts[at] = dx
      shifts[at + 1] = dy
    }
  }
  return { cell, columns, shifts }
}

/** The shift of a pixel, interpolated between the corners of its square, written to `out`. */
export function shiftAt({ cell, columns, shifts }: Grid, x: number, y: number, out: Float32Array): void {
  const [left, top] = [Math.floor(x / cell), Math.floor(y / cell)]
  const [u, v] = [x / cell - left, y / cell - top]
  const at = 2 * (top * columns + left)
  const below = at + 2 * columns
  for (const part of [0, 1] as const) {
    const upper = shifts[at + part]! * (1 - u) + shifts[at + 2 + part]! * u
    const lower = shifts[below + part]! * (1 - u) + shifts[below + 2 + part]! * u
    out[part] = upper * (1 - v) + lower * v
  }
}

/** Two points in one pixel would make the equations unsolvable. */
function distinct(points: readonly Shifted[]): Shifted[] {
  const first = new Map<string, Shifted>()
  for (const point of points) {
    const pixel = point.at.map(Math.round).join()
    if (!first.has(pixel)) first.set(pixel, point)
  }
  return [...first.values()]
}

const kernel = (squared: number) => (squared === 0 ? 0 : squared * Math.log(squared))

/** The weight of each point in x and y, then those of the plane: constant, across, down. */
function solve(points: readonly Shifted[], stiffness: number): Float64Array[] {
  const count = points.length
  const size = count + 3
  const matrix = Array.from({ length: size }, () => new Float64Array(size + 2))
  let spread = 0
  for (const [row, { at, by }] of points.entries()) {
    const line = matrix[row]!
    for (const [column, other] of points.entries()) {
      const squared = (at[0] - other.at[0]) ** 2 + (at[1] - other.at[1]) ** 2
      spread += squared / (count * count)
      line[column] = kernel(squared)
    }
    line.set([1, ...at, ...by], count)
    for (const [index, value] of [1, ...at].entries()) matrix[count + index]![row] = value
  }
  for (let row = 0; row < count; row++) matrix[row]![row]! += stiffness * spread
  eliminate(matrix, size)
  return matrix.map((line) => line.subarray(size))
}

/** Gauss and Jordan, in place; what follows the first `size` columns are right-hand sides. */
function eliminate(matrix: Float64Array[], size: number): void {
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let row = column + 1; row < size; row++)
      if (Math.abs(matrix[row]![column]!) > Math.abs(matrix[pivot]![column]!)) pivot = row
    const line = matrix[pivot]!
    matrix[pivot] = matrix[column]!
    matrix[column] = line
    const head = line[column]! || 1e-12
    for (let index = column; index < line.length; index++) line[index]! /= head
    for (let row = 0; row < size; row++) {
      const factor = matrix[row]![column]!
      if (row === column || factor === 0) continue
      const other = matrix[row]!
      for (let index = column; index < other.length; index++) other[index]! -= factor * line[index]!
    }
  }
}
