/** A face and what surrounds it, small and grey: enough to tell whether another photo is the same picture, bent. */
import { luma } from '../picture/luma.ts'
import type { Pixels } from '../picture/pixels.ts'
import { squareTransform } from '../picture/transform.ts'
import { warpToTensor } from '../picture/warp.ts'
import type { Scene } from '../types.ts'
import type { Grey } from './blocks.ts'
import { within as inner, outline } from './points.ts'

/** Side of a scene in pixels, and in heights of the face. */
export const sceneSide = 128
const heights = 2.6

const points = [...outline, ...inner]

/** @param mesh 468 points x (x, y, z) in pixels of `pixels` */
export function cutScene(pixels: Pixels, mesh: Float32Array): Scene {
  const ends = [10, 152, 234, 454]
  const middle = (axis: number) => ends.reduce((sum, point) => sum + mesh[3 * point + axis]! / 4, 0)
  const side = heights * heightOf(mesh)
  const map = squareTransform({ x: middle(0), y: middle(1) }, side, sceneSide)
  const area = sceneSide ** 2
  const planes = new Float32Array(3 * area)
  warpToTensor(pixels, map, sceneSide, planes)
  const [step, , left, , , top] = map
  const grey = new Uint8Array(area)
  for (let i = 0; i < area; i++) {
    const x = step * ((i % sceneSide) + 0.5) + left
    const y = step * (Math.floor(i / sceneSide) + 0.5) + top
    if (x < 0 || y < 0 || x > pixels.width || y > pixels.height) continue
    grey[i] = Math.max(1, Math.round(luma(planes[i]!, planes[area + i]!, planes[2 * area + i]!)))
  }
  const places = points.flatMap((point) => [
    (mesh[3 * point]! - left) / step,
    (mesh[3 * point + 1]! - top) / step,
  ])
  return { grey, points: Float32Array.from(places) }
}

/** Height of the face from its top to the chin, or as much as the distance of the eyes asks for, in pixels. */
function heightOf(mesh: Float32Array): number {
  const between = (a: number, b: number, axis: number) => (mesh[3 * a + axis]! + mesh[3 * b + axis]!) / 2
  const apart = (axis: number) => between(33, 133, axis) - between(362, 263, axis)
  return Math.max(
    2.35 * Math.hypot(apart(0), apart(1)),
    Math.hypot(mesh[30]! - mesh[456]!, mesh[31]! - mesh[457]!),
  )
}

export function toGrey({ grey }: Scene): Grey {
  const known = grey.map((value) => (value ? 1 : 0))
  return { side: sceneSide, values: Float32Array.from(grey), known }
}

export function mirrored({ grey, points: places }: Scene): Scene {
  const last = sceneSide - 1
  return {
    grey: grey.map((_, i) => grey[i + last - 2 * (i % sceneSide)]!),
    points: Float32Array.from(
      partners.flatMap((index) => [sceneSide - places[2 * index]!, places[2 * index + 1]!]),
    ),
  }
}

/** For each point the index of the one that takes its place in a mirror. */
const partners = (() => {
  const pairs = [
    [33, 263],
    [133, 362],
    [61, 291],
    [105, 334],
    [50, 280],
    [205, 425],
  ] as const
  const partner = new Map<number, number>(pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]))
  for (const [index, point] of outline.entries())
    partner.set(point, outline[(outline.length - index) % outline.length]!)
  return points.map((point) => points.indexOf(partner.get(point) ?? point))
})()
