/** The fine detail of a face, laid upright: by it a picture is known again though it was saved, cropped or turned. */
import type { Pixels } from '../picture/pixels.ts'
import { squareTransform } from '../picture/transform.ts'
import { warpToTensor } from '../picture/warp.ts'
import { outline } from '../scene/points.ts'

/** Side of an imprint in pixels, and in mean distances of the mesh's points from their middle. */
export const imprintSide = 80
const reach = 4.375
/** What an imprint holds where there is no detail, beyond the picture's edge for one. */
export const noDetail = 128

/** Detail is what lies between these two blurs; it fades out over the last pixels before the imprint's edge. */
const fine = gaussian(0.6, 2)
const broad = gaussian(1.5, 4)
const fade = 6
/** Luma, 0..255, by which detail counts at most: a glint must not outweigh the face. */
const maximumDetail = 20
/** Root mean square of an imprint's values about `noDetail`, below which noise would decide. Films of people have 10 to 52. */
const minimumStrength = 3

/**
 * The middle, the turn and the size come from all points of the mesh, whose jitter between copies of a picture evens out:
 * with fewer points it would blur what tells two moments of one person apart.
 *
 * @param mesh 468 points x (x, y, z) in pixels of `pixels`
 * @returns `imprintSide` rows of as many values, 1..255 about `noDetail`; null: hardly any detail, by which unlike
 * pictures would be alike. Personal data: never log it.
 */
export function takeImprint(pixels: Pixels, mesh: Float32Array): Uint8Array | null {
  const map = squareTransform(...squareOf(mesh), imprintSide, turnOf(mesh))
  const area = imprintSide ** 2
  const planes = new Float32Array(3 * area)
  warpToTensor(pixels, map, imprintSide, planes)
  const luma = planes.subarray(0, area)
  const known = new Uint8Array(area)
  const [a, b, left, c, d, top] = map
  let sum = 0
  let count = 0
  for (let i = 0; i < area; i++) {
    luma[i] = 0.299 * planes[i]! + 0.587 * planes[area + i]! + 0.114 * planes[2 * area + i]!
    const u = (i % imprintSide) + 0.5
    const v = Math.floor(i / imprintSide) + 0.5
    const x = a * u + b * v + left
    const y = c * u + d * v + top
    if (x < 0 || y < 0 || x > pixels.width || y > pixels.height) continue
    known[i] = 1
    sum += luma[i]!
    count++
  }
  for (let i = 0; i < area; i++) if (!known[i]) luma[i] = sum / Math.max(1, count)
  const imprint = detailOf(luma, count === area ? null : known)
  const squares = imprint.reduce((sum, value) => sum + (value - noDetail) ** 2, 0)
  return Math.sqrt(squares / area) < minimumStrength ? null : imprint
}

/** How much the detail of each pixel counts: all in the middle, nothing in the corners. */
const shares = Float32Array.from({ length: imprintSide ** 2 }, (_, i) => {
  const middle = (imprintSide - 1) / 2
  const far = Math.hypot((i % imprintSide) - middle, Math.floor(i / imprintSide) - middle)
  return Math.max(0, Math.min(1, (imprintSide / 2 - far) / fade))
})

/** @param known 1 within the picture; null: everywhere */
function detailOf(luma: Float32Array, known: Uint8Array | null): Uint8Array {
  const sharp = blurred(luma, fine)
  const soft = blurred(luma, broad)
  const imprint = new Uint8Array(luma.length).fill(noDetail)
  for (let i = 0; i < imprint.length; i++) {
    const share = shares[i]!
    if (share === 0 || (known && !isKnownAround(known, i))) continue
    const detail = Math.max(-maximumDetail, Math.min(maximumDetail, sharp[i]! - soft[i]!))
    imprint[i] = noDetail + Math.round((127 * share * detail) / maximumDetail)
  }
  return imprint
}

/** The edge of the picture is no detail of it. */
function isKnownAround(known: Uint8Array, i: number): boolean {
  const [x, y] = [i % imprintSide, Math.floor(i / imprintSide)]
  const at = (column: number, row: number) => known[inside(row) * imprintSide + inside(column)] === 1
  return at(x, y) && at(x - 3, y) && at(x + 3, y) && at(x, y - 3) && at(x, y + 3)
}

const inside = (value: number) => Math.min(imprintSide - 1, Math.max(0, value))

/** Middle of the mesh's points, and the side of the square about it, in pixels. */
function squareOf(mesh: Float32Array): [centre: { x: number; y: number }, side: number] {
  const count = mesh.length / 3
  const centre = { x: 0, y: 0 }
  for (let i = 0; i < mesh.length; i += 3) {
    centre.x += mesh[i]! / count
    centre.y += mesh[i + 1]! / count
  }
  let squares = 0
  for (let i = 0; i < mesh.length; i += 3)
    squares += (mesh[i]! - centre.x) ** 2 + (mesh[i + 1]! - centre.y) ** 2
  return [centre, reach * Math.sqrt(squares / count)]
}

/** Angle, in radians, of the face's own line from right to left: the mean over the pairs of its outline. */
function turnOf(mesh: Float32Array): number {
  let [x, y] = [0, 0]
  for (let i = 1; 2 * i < outline.length; i++) {
    const [left, right] = [3 * outline[i]!, 3 * outline[outline.length - i]!]
    x += mesh[left]! - mesh[right]!
    y += mesh[left + 1]! - mesh[right + 1]!
  }
  return Math.atan2(y, x)
}

/** The middle and one half of a bell of weights, whose whole sum is 1. */
function gaussian(deviation: number, radius: number): number[] {
  const half = Array.from({ length: radius + 1 }, (_, i) => Math.exp(-(i * i) / (2 * deviation ** 2)))
  const whole = half.reduce((sum, weight, i) => sum + (i === 0 ? weight : 2 * weight), 0)
  return half.map((weight) => weight / whole)
}

/** Along the rows, then along the columns; beyond the edge its last value goes on. */
function blurred(values: Float32Array, half: readonly number[]): Float32Array {
  return alongRows(alongRows(values, half), half)
}

/** @returns the blurred rows as columns */
function alongRows(values: Float32Array, half: readonly number[]): Float32Array {
  const out = new Float32Array(values.length)
  const border = half.length
  const row = new Float32Array(imprintSide + 2 * border)
  for (let y = 0; y < imprintSide; y++) {
    const start = y * imprintSide
    row.set(values.subarray(start, start + imprintSide), border)
    row.fill(row[border]!, 0, border)
    row.fill(row[border + imprintSide - 1]!, border + imprintSide)
    for (let x = 0; x < imprintSide; x++) {
      const at = x + border
      let sum = half[0]! * row[at]!
      for (let i = 1; i < border; i++) sum += half[i]! * (row[at - i]! + row[at + i]!)
      out[x * imprintSide + y] = sum
    }
  }
  return out
}
