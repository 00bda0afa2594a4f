/** Somebody's face laid over another's in a photograph: the simplest of swaps, without any generative model. */
import { outline, within } from '../../src/engine/scene/points.ts'
import type { Place } from '../../src/engine/scene/spline.ts'
import { bend, type Picture } from '../sessions/bend.ts'
import { painted, shrunk } from '../sessions/paint.ts'

export interface Face {
  picture: Picture
  /** 468 points x (x, y, z) in pixels. */
  mesh: Float32Array
}

/** How a face is joined to the head that it is laid over. */
export type Blend = 'pasted' | 'seamless'

const points = [...outline, ...within]

/**
 * The photograph `under`, which shows the face of `over` in the shape and place of its own.
 * @param blend `pasted`: with a soft edge, in its own colours. `seamless`: its gradients alone are taken, so that light and
 *   colour go on from the skin around it (Poisson image editing)
 */
export async function swapped(over: Face, under: Face, blend: Blend): Promise<Uint8Array> {
  const bent = bend(over.picture, placesOf(over, points), placesOf(under, points))
  const { data, width, height } = under.picture
  const black = { data: new Uint8Array(data.length), width, height }
  const inside = shrunk(placesOf(under, outline), 0.94)
  const { data: mask } = await painted(black, inside, [255, 255, 255], blend === 'pasted' ? 2 : 0.4)
  if (blend === 'seamless') return seamless(bent, under.picture, mask)
  return data.map((value, at) => {
    const share = mask[at]! / 255
    return Math.round(share * bent.data[at]! + (1 - share) * value)
  })
}

function placesOf({ mesh }: Face, indices: readonly number[]): Place[] {
  return indices.map((index) => [mesh[3 * index]!, mesh[3 * index + 1]!])
}

/** Rounds of the relaxation, and how far each step goes beyond its mean: enough for a face of 200 pixels. */
const relaxation = { rounds: 400, beyond: 1.93 } as const

/** What is added to the upper picture is as smooth as can be between the differences along the mask's edge. */
function seamless(over: Picture, under: Picture, mask: Uint8Array): Uint8Array {
  const { data, width } = under
  const added = Float32Array.from(data, (value, at) => value - over.data[at]!)
  const places: number[] = []
  for (let at = 0; at < mask.length; at++) if (mask[at]! > 127) places.push(at)
  for (const at of places) added[at] = 0
  for (let round = 0; round < relaxation.rounds; round++) {
    for (const at of places) {
      const mean = (added[at - 3]! + added[at + 3]! + added[at - 3 * width]! + added[at + 3 * width]!) / 4
      added[at]! += relaxation.beyond * (mean - added[at]!)
    }
  }
  const out = Uint8Array.from(data)
  for (const at of places) out[at] = Math.min(255, Math.max(0, Math.round(over.data[at]! + added[at]!)))
  return out
}
