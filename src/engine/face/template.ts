import type { Pixels } from '../picture/pixels.ts'
import { warpToTensor } from '../picture/warp.ts'
import { chipSize, chipTransform } from './align.ts'
import { manyPoints } from './mean-shape.ts'

/** Values of a template. */
export const templateLength = 128

/** Runs the template net on an N x 3 x 150 x 150 batch of chips, RGB, 0..255: N x 128 values. */
export type TemplateNet = (chips: Float32Array) => Promise<Float32Array>

export interface TemplateOptions {
  /** Air about the mean shape, as a share of its box. */
  padding: number
  /** Also take the chip's mirror image and average both. */
  mirror: boolean
}

/** The best of the sweep in MODELS.md. */
export const templateDefaults: TemplateOptions = { padding: 0.225, mirror: true }

/**
 * The face's template: 128 values of unit length, so that the cosine of two of them is their scalar product.
 *
 * The mean over the chip and its mirror image is more telling than either: the two halves of a face are lit
 * differently, the net is not symmetric, and the noise of both averages out.
 *
 * @param mesh 468 points x (x, y, z) in pixels of `pixels`
 */
export async function makeTemplate(
  pixels: Pixels,
  mesh: Float32Array,
  net: TemplateNet,
  { padding, mirror }: TemplateOptions = templateDefaults,
): Promise<Float32Array> {
  const plane = 3 * chipSize * chipSize
  const count = mirror ? 2 : 1
  const chips = new Float32Array(count * plane)
  const transform = chipTransform(mesh, padding, manyPoints)
  warpToTensor(pixels, transform, chipSize, chips)
  if (mirror) mirrorRows(chips.subarray(0, plane), chips.subarray(plane))
  return meanDirection(await net(chips), count)
}

/** Writes `from`, rows of one chip, to `to` left to right swapped: cheaper than a second warp. */
function mirrorRows(from: Float32Array, to: Float32Array): void {
  for (let row = 0; row < from.length; row += chipSize) {
    for (let x = 0; x < chipSize; x++) to[row + x] = from[row + chipSize - 1 - x]!
  }
}

/** Mean of `count` vectors, each brought to unit length first; unit length again. */
export function meanDirection(values: Float32Array, count: number): Float32Array {
  const length = values.length / count
  const sum = new Float32Array(length)
  for (let vector = 0; vector < count; vector++) {
    const part = values.subarray(vector * length, (vector + 1) * length)
    const norm = Math.hypot(...part) || 1
    for (let index = 0; index < length; index++) sum[index]! += part[index]! / norm
  }
  const norm = Math.hypot(...sum) || 1
  return sum.map((value) => value / norm)
}
