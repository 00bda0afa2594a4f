import type { Pixels } from '../picture/pixels.ts'
import { squareTransform } from '../picture/transform.ts'
import { cropToTensor, warpToTensor } from '../picture/warp.ts'
import type { Box } from '../types.ts'

/** One of the nets' looks at the face: a square about the centre of the face box. */
export interface View {
  /** Side of the square in sides of the face box. */
  readonly factor: number
  /** Side of the net's input in pixels. */
  readonly size: number
}

/** The skin itself: what a display, a printer and a second camera do to it. */
export const textureView: View = { factor: 1.15, size: 138 }
/** Side in pixels to which the texture view is enlarged for the trunk: it judges better on skin seen this close. */
export const trunkSize = 224
/**
 * What stands around the face: a bezel, a hand, the edge of a sheet, or a room. This view always lies inside the picture,
 * so that of a tight crop it shows the crop and no emptiness.
 */
export const nearView: View = { factor: 2.7, size: 96 }
/** The same view, as large as the packaged net was made for. */
export const generalView: View = { factor: 2.7, size: 128 }
/** Side, in sides of the face box, of the square that tells how much the picture shows around the face. */
export const surroundingsFactor = 3.6
/** The skin again, for a net that was trained on nothing else. */
export const skinView: View = { factor: 1.15, size: 112 }

/** Writes R, G, B (0..255) of the box grown about its centre as far as the picture allows, then shifted inside. */
export function cutInside(pixels: Pixels, box: Box, { factor, size }: View, out: Float32Array): void {
  cropToTensor(pixels, insidePicture(pixels, box, factor), size, out)
}

/** The part of the picture that such a view shows. Its sides keep the box's ratio. */
export function insidePicture(picture: { width: number; height: number }, box: Box, factor: number): Box {
  const most = Math.min(factor, (picture.width - 1) / box.width, (picture.height - 1) / box.height)
  const width = box.width * most
  const height = box.height * most
  const place = (centre: number, length: number, limit: number) =>
    Math.min(Math.max(0, centre - length / 2), limit - length)
  return {
    x: place(box.x + box.width / 2, width, picture.width),
    y: place(box.y + box.height / 2, height, picture.height),
    width,
    height,
  }
}

/**
 * Cuts a view: planes of R, G, B, 0..255, all 0 beyond the picture's edge. The squares stay level with the picture:
 * turning them would smooth the texture that is looked for.
 */
export function cutView(pixels: Pixels, box: Box, { factor, size }: View, out: Float32Array): void {
  const { centre, side } = square(box, factor)
  const transform = squareTransform(centre, side, size)
  warpToTensor(pixels, transform, size, out)
  const [scale, , left, , , top] = transform
  const columns = inside(left, scale, size, pixels.width)
  const rows = inside(top, scale, size, pixels.height)
  const plane = size * size
  for (let y = 0, row = 0; y < size; y++, row += size) {
    const [from, to] = y >= rows[0] && y < rows[1] ? columns : [0, 0]
    for (let start = row; start < 3 * plane; start += plane) {
      out.fill(0, start, start + from)
      out.fill(0, start + to, start + size)
    }
  }
}

/** Which of the places `start + (index + 0.5) * step` lie in 0..length: from the first to before the second. */
function inside(start: number, step: number, size: number, length: number): [number, number] {
  const lies = (index: number) => {
    const at = start + (index + 0.5) * step
    return at >= 0 && at < length
  }
  let from = 0
  while (from < size && !lies(from)) from++
  let to = from
  while (to < size && lies(to)) to++
  return [from, to]
}

/** Share, 0..1, of the square of so many face sides that lies inside the picture. */
export function coverage(
  { width, height }: { width: number; height: number },
  box: Box,
  factor: number,
): number {
  const { centre, side } = square(box, factor)
  const overlap = (at: number, length: number) =>
    Math.max(0, Math.min(length, at + side / 2) - Math.max(0, at - side / 2)) / side
  return overlap(centre.x, width) * overlap(centre.y, height)
}

function square({ x, y, width, height }: Box, factor: number) {
  return { centre: { x: x + width / 2, y: y + height / 2 }, side: Math.max(width, height) * factor }
}

/** Enlarges three square planes by linear interpolation, pixel centres at half numbers, edges repeated. */
export function enlarge(planes: Float32Array, from: number, to: number): Float32Array {
  const out = new Float32Array(3 * to * to)
  const places = Array.from({ length: to }, (_, index) => {
    const at = Math.min(from - 1, Math.max(0, ((index + 0.5) * from) / to - 0.5))
    const before = Math.min(from - 2, Math.floor(at))
    return { before, share: at - before }
  })
  let at = 0
  for (let plane = 0; plane < 3; plane++) {
    for (const { before: y, share: down } of places) {
      const row = (plane * from + y) * from
      for (const { before: x, share: right } of places) {
        const i = row + x
        const top = planes[i]! + (planes[i + 1]! - planes[i]!) * right
        const j = i + from
        const bottom = planes[j]! + (planes[j + 1]! - planes[j]!) * right
        out[at++] = top + (bottom - top) * down
      }
    }
  }
  return out
}
