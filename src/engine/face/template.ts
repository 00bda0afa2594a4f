import { lend } from '../picture/lending.ts'
import type { Pixels } from '../picture/pixels.ts'
import { mirrorRows, warpToTensor } from '../picture/warp.ts'
import { chipSize, chipTransform } from './align.ts'
import { fivePoints, manyPoints } from './mean-shape.ts'

/** Values of a template. */
export const templateLength = 128

/** The three nets a template is made with. */
export interface TemplateNets {
  /** N x 3 x 150 x 150 chips, RGB, 0..255: N x 128 values. */
  recognition(chips: Float32Array): Promise<Float32Array>
  /** One 3 x 224 x 224 face, RGB, 0..255: 1024 values. */
  description(face: Float32Array): Promise<Float32Array>
  /** Both of them joined: 128 values of unit length. */
  join(direction: Float32Array, features: Float32Array): Promise<Float32Array>
}

/** Air about the mean shape in the chips, and in the larger crop, as a share of its box: the best of those tried. */
const chipPadding = 0.225
const cropPadding = 0.3
const cropSize = 224

/**
 * The face's template: 128 values of unit length, so that the cosine of two of them is their scalar product.
 *
 * @param mesh 468 points x (x, y, z) in pixels of `pixels`
 */
export async function makeTemplate(
  pixels: Pixels,
  mesh: Float32Array,
  nets: TemplateNets,
): Promise<Float32Array> {
  const { direction, features } = await templateParts(pixels, mesh, nets)
  return nets.join(direction, features)
}

/**
 * What a template is joined from: what dlib's net says of the chip, and faceres of the face.
 *
 * The mean over the chip and its mirror image is more telling than either: the two halves of a face are lit
 * differently, the net is not symmetric, and the noise of both averages out.
 */
export async function templateParts(
  pixels: Pixels,
  mesh: Float32Array,
  nets: Pick<TemplateNets, 'recognition' | 'description'>,
): Promise<{ direction: Float32Array; features: Float32Array }> {
  const plane = 3 * chipSize * chipSize
  const both = await lend(pixels, 2 * plane, (chips) => {
    warpToTensor(pixels, chipTransform(mesh, chipPadding, manyPoints), chipSize, chips)
    mirrorRows(chips.subarray(0, plane), chips.subarray(plane, 2 * plane), chipSize)
    return nets.recognition(chips)
  })
  const features = await lend(pixels, 3 * cropSize * cropSize, (face) => {
    const transform = chipTransform(mesh, cropPadding, fivePoints, cropSize)
    warpToTensor(pixels, transform, cropSize, face, { coarse: true })
    return nets.description(face)
  })
  return { direction: meanDirection(both, 2), features }
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
