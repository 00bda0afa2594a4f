import type { Box, Point } from '../types.ts'

/**
 * Affine map from target to source: `x = a u + b v + tx`, `y = c u + d v + ty`, as `[a, b, tx, c, d, ty]`.
 *
 * Coordinates are continuous: pixel i covers i..i+1 and its centre is i + 0.5, so a halved picture is an exact
 * scaling by 0.5 and no half-pixel correction appears anywhere else.
 */
export type Transform = readonly [a: number, b: number, tx: number, c: number, d: number, ty: number]

export interface Size {
  width: number
  height: number
}

/** Stretches `box` of the source over the whole target. */
export function boxTransform(box: Box, target: Size): Transform {
  return [box.width / target.width, 0, box.x, 0, box.height / target.height, box.y]
}

/**
 * Puts a square of the source, `side` pixels wide about `centre`, onto a `size` x `size` target.
 * `angle` (radians) is the direction of the square's own x axis in the source: with the angle of the line from
 * the viewer's left eye to the right one the target shows level eyes.
 */
export function squareTransform(centre: Point, side: number, size: number, angle = 0): Transform {
  const cos = (Math.cos(angle) * side) / size
  const sin = (Math.sin(angle) * side) / size
  const half = size / 2
  return [cos, -sin, centre.x - (cos - sin) * half, sin, cos, centre.y - (sin + cos) * half]
}

/** Fits the whole source into a `size` x `size` target, centred, aspect kept; the rest is border. */
export function letterboxTransform(source: Size, size: number): Transform {
  const side = Math.max(source.width, source.height)
  return squareTransform({ x: source.width / 2, y: source.height / 2 }, side, size)
}

/** Maps a target point to the source. */
export function apply([a, b, tx, c, d, ty]: Transform, { x, y }: Point): Point {
  return { x: a * x + b * y + tx, y: c * x + d * y + ty }
}

/** The map from source to target. @throws RangeError when the transform flattens the picture. */
export function invert([a, b, tx, c, d, ty]: Transform): Transform {
  const determinant = a * d - b * c
  if (!(Math.abs(determinant) > 0)) throw new RangeError('The transform has no inverse.')
  const ia = d / determinant
  const ib = -b / determinant
  const ic = -c / determinant
  const id = a / determinant
  return [ia, ib, -(ia * tx + ib * ty), ic, id, -(ic * tx + id * ty)]
}

/** How many source pixels one target pixel is wide, averaged over both directions; above 1 the warp reduces. */
export function minification([a, b, , c, d]: Transform): number {
  return (Math.hypot(a, c) + Math.hypot(b, d)) / 2
}
