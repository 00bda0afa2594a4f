/** Bends a picture so that given points come to lie elsewhere: a thin plate spline. */
import { type Place, shiftAt, spline } from '../../src/engine/scene/spline.ts'

/** RGB, row by row. */
export interface Picture {
  data: Uint8Array
  width: number
  height: number
}

/**
 * The picture bent so that what stood at `from[i]` stands at `to[i]`. Around the points, `reach` times as far from their
 * middle as the farthest of them, and along the picture's edge nothing moves.
 */
export function bend(picture: Picture, from: readonly Place[], to: readonly Place[], reach = 1.9): Picture {
  const still = anchors(picture, from, reach)
  const targets = [...to, ...still]
  const shifted = [...from, ...still].map(([x, y], index) => {
    const at = targets[index]!
    return { at, by: [x - at[0], y - at[1]] as const }
  })
  const { data, width, height } = picture
  const grid = spline(shifted, { width, height })
  const out = new Uint8Array(data.length)
  const shift = new Float32Array(2)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      shiftAt(grid, x, y, shift)
      cubic(picture, x + shift[0]!, y + shift[1]!, out, 3 * (y * width + x))
    }
  }
  return { data: out, width, height }
}

/** Points that stay: a ring about the face, and the picture's edge. */
function anchors({ width, height }: Picture, points: readonly Place[], reach: number): Place[] {
  const middle = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis]!, 0) / points.length)
  const radius =
    reach * Math.max(...points.flatMap(([x, y]) => [Math.abs(x - middle[0]!), Math.abs(y - middle[1]!)]))
  const ring = Array.from({ length: 24 }, (_, index): Place => {
    const angle = (index * Math.PI) / 12
    return [middle[0]! + radius * Math.cos(angle), middle[1]! + radius * Math.sin(angle)]
  })
  const along = (length: number) => [0, 1, 2, 3, 4, 5].map((part) => (part * (length - 1)) / 5)
  const sides = along(height).flatMap((y): Place[] => [
    [0, y],
    [width - 1, y],
  ])
  const ends = along(width).flatMap((x): Place[] => [
    [x, 0],
    [x, height - 1],
  ])
  return [...ring, ...ends, ...sides]
}

/** Weights of the four neighbours of a cubic interpolation, `part` of the way from the second to the third. */
function weights(part: number): [number, number, number, number] {
  const sharpness = -0.75
  const near = (d: number) => ((sharpness + 2) * d - (sharpness + 3)) * d * d + 1
  const far = (d: number) => ((sharpness * d - 5 * sharpness) * d + 8 * sharpness) * d - 4 * sharpness
  return [far(1 + part), near(part), near(1 - part), far(2 - part)]
}

function cubic({ data, width, height }: Picture, x: number, y: number, out: Uint8Array, at: number): void {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const [across, down] = [weights(x - left), weights(y - top)]
  const inside = (value: number, limit: number) => Math.min(limit - 1, Math.max(0, value))
  const columns = [-1, 0, 1, 2].map((step) => 3 * inside(left + step, width))
  const rows = [-1, 0, 1, 2].map((step) => 3 * width * inside(top + step, height))
  for (let channel = 0; channel < 3; channel++) {
    let sum = 0
    for (let row = 0; row < 4; row++)
      for (let column = 0; column < 4; column++)
        sum += down[row]! * across[column]! * data[rows[row]! + columns[column]! + channel]!
    out[at + channel] = Math.min(255, Math.max(0, Math.round(sum)))
  }
}
