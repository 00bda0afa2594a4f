/** Paints polygons over a picture. */
import sharp from 'sharp'
import type { Place } from '../../src/engine/scene/spline.ts'
import type { Picture } from './bend.ts'

export type Colour = [red: number, green: number, blue: number]

export function meanOf(places: readonly Place[]): Place {
  const sum = places.reduce<[number, number]>(([x, y], place) => [x + place[0], y + place[1]], [0, 0])
  return [sum[0] / places.length, sum[1] / places.length]
}

export function shrunk(places: readonly Place[], share: number): Place[] {
  const [cx, cy] = meanOf(places)
  return places.map(([x, y]) => [cx + share * (x - cx), cy + share * (y - cy)])
}

/** Moved `pixels` away from the middle. */
export function swollen(places: readonly Place[], pixels: number): Place[] {
  const [cx, cy] = meanOf(places)
  return places.map(([x, y]) => {
    const far = Math.hypot(x - cx, y - cy) || 1
    return [x + (pixels * (x - cx)) / far, y + (pixels * (y - cy)) / far]
  })
}

export function colourAt({ data, width, height }: Picture, [x, y]: Place): Colour {
  const sum: Colour = [0, 0, 0]
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -2; dx <= 2; dx++) {
      const column = Math.min(width - 1, Math.max(0, Math.round(x) + dx))
      const row = Math.min(height - 1, Math.max(0, Math.round(y) + dy))
      for (const channel of [0, 1, 2] as const)
        sum[channel] += data[3 * (row * width + column) + channel]! / 15
    }
  }
  return sum
}

/** A polygon of one colour over the picture, its edge softened by a Gaussian of `soft` pixels. */
export async function painted(
  picture: Picture,
  polygon: readonly Place[],
  colour: Colour,
  soft: number,
): Promise<Picture> {
  const { data, width, height } = picture
  const raw = { width, height, channels: 1 } as const
  const mask = await sharp(filled(polygon, width, height), { raw })
    .blur(soft)
    .extractChannel(0)
    .raw()
    .toBuffer()
  const out = new Uint8Array(data.length)
  for (let at = 0; at < out.length; at++) {
    const share = mask[Math.floor(at / 3)]! / 255
    out[at] = Math.round(share * colour[at % 3]! + (1 - share) * data[at]!)
  }
  return { data: out, width, height }
}

/** 255 within the polygon, 0 outside, the share of four by four points between. */
function filled(polygon: readonly Place[], width: number, height: number): Buffer {
  const mask = Buffer.alloc(width * height)
  const [columns, rows] = [0, 1].map((axis) => polygon.map((place) => place[axis]!))
  const span = (values: number[], limit: number) => [
    Math.max(0, Math.floor(Math.min(...values))),
    Math.min(limit - 1, Math.ceil(Math.max(...values))),
  ]
  const [left, right] = span(columns!, width) as [number, number]
  const [top, bottom] = span(rows!, height) as [number, number]
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      let hits = 0
      for (let part = 0; part < 16; part++)
        if (isInside(polygon, x - 0.375 + (part % 4) / 4, y - 0.375 + Math.floor(part / 4) / 4)) hits++
      mask[y * width + x] = Math.round((255 * hits) / 16)
    }
  }
  return mask
}

function isInside(polygon: readonly Place[], x: number, y: number): boolean {
  let inside = false
  for (const [index, [ax, ay]] of polygon.entries()) {
    const [bx, by] = polygon[(index + 1) % polygon.length]!
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside
  }
  return inside
}
