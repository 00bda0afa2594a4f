/** Photographs made over: drawings, posters, dithers, cut-outs, old prints. */
import sharp from 'sharp'
import { luma } from '../../src/engine/picture/luma.ts'
import type { Box } from '../../src/engine/types.ts'
import type { Picture } from '../sessions/bend.ts'

/** Ways to make a photograph over into what no camera takes. They give pixels as they take them. */
export const makeovers: Record<string, (raw: Picture, box: Box) => Uint8Array | Promise<Uint8Array>> = {
  'without colour': ({ data: rgb }) => rgb.map((_, at) => greyAt(rgb, at)),
  'few colours, as a poster': ({ data: rgb }) => rgb.map((value) => Math.floor(value / 48) * 48 + 24),
  'dithered to three levels of each colour': dithered,
  'pencil drawing': pencilled,
  'cut out, on white': ({ data: rgb, width }, { x, y, width: w, height: h }) =>
    rgb.map((value, at) => {
      const [column, row] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)]
      const inside = ((column - x - w / 2) / (w / 2)) ** 2 + ((row - y - h / 2) / (0.62 * h)) ** 2 < 1
      return inside ? value : 255
    }),
  'smoothed into patches, as a cartoon': (raw) =>
    sharp(raw.data, { raw: { width: raw.width, height: raw.height, channels: 3 } })
      .median(7)
      .modulate({ saturation: 1.3 })
      .raw()
      .toBuffer(),
  'brown, as an old print': ({ data: rgb }) =>
    rgb.map((_, at) => Math.min(255, greyAt(rgb, at) * [1.2, 1, 0.75][at % 3]!)),
  'behind frosted glass': ({ data: rgb, width, height }) =>
    rgb.map((_, at) => {
      const pixel = Math.floor(at / 3)
      // Each pixel comes from a place up to 2 away, the same one for its three colours.
      const [aside, down] = [((pixel * 7919) % 5) - 2, ((pixel * 104729) % 5) - 2]
      const x = Math.min(width - 1, Math.max(0, (pixel % width) + aside))
      const y = Math.min(height - 1, Math.max(0, Math.floor(pixel / width) + down))
      return rgb[3 * (y * width + x) + (at % 3)]!
    }),
}

function greyAt(rgb: Uint8Array, at: number): number {
  const start = at - (at % 3)
  return Math.round(luma(rgb[start]!, rgb[start + 1]!, rgb[start + 2]!))
}

/** What is rounded away of a pixel goes half to the one below it. */
function dithered({ data: rgb, width, height }: Picture): Uint8Array {
  const out = Float32Array.from(rgb)
  for (let at = 0; at < out.length; at++) {
    const level = Math.min(255, Math.max(0, Math.round(out[at]! / 127.5) * 127.5))
    if (at + 3 * width < 3 * width * height) out[at + 3 * width]! += (out[at]! - level) / 2
    out[at] = level
  }
  return Uint8Array.from(out, Math.round)
}

/** Grey lines where the picture departs from its surroundings, on white. */
async function pencilled({ data: rgb, width, height }: Picture): Promise<Uint8Array> {
  const grey = rgb.map((_, at) => greyAt(rgb, at))
  const soft = await sharp(grey, { raw: { width, height, channels: 3 } })
    .blur(6)
    .raw()
    .toBuffer()
  return grey.map((value, at) => Math.min(255, Math.round((255 * value) / Math.max(1, soft[at]!))))
}
