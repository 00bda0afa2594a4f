import sharp from 'sharp'
import { decodePicture } from './decode.ts'
import { glyph, glyphWidth } from './font.ts'
import { type QuarterTurn, turn } from './turn.ts'

/** How much of a pixel under a letter becomes white. */
const strength = 0.35

/**
 * The picture with a text written across it again and again, so that a photograph of the screen says whose screen it was.
 * The letters are painted here: libvips' own loader of text and SVG stays blocked.
 * @param bytes a picture of our own making, as `Engine.redraw` gives it
 * @param text in the font's letters; others become question marks
 * @param turned the report's `picture.turned`: the picture is shown as it was measured
 * @returns JPEG
 * @throws PictureError as decodePicture
 */
export async function watermark(bytes: Uint8Array, text: string, turned: QuarterTurn): Promise<Buffer> {
  const { data, width, height } = turn(await decodePicture(bytes, { longestSide: 1600 }), turned)
  const canvas = data.slice()
  const size = Math.max(1, Math.round(Math.max(width, height) / 400))
  const columns = [...`${text}   `].flatMap((character) => [...glyph(character).slice(0, glyphWidth), 0])
  const lineHeight = 24 * size
  for (let y = 0; y < height; y++) {
    const line = Math.floor(y / lineHeight)
    const row = Math.floor((y - line * lineHeight) / size)
    if (row >= 8) continue
    for (let x = 0; x < width; x++) {
      // Each line begins further on, so that no part of the picture is left out.
      const column = columns[(Math.floor(x / size) + line * 17) % columns.length] ?? 0
      if (!((column >> row) & 1)) continue
      const at = (y * width + x) * 4
      for (let channel = 0; channel < 3; channel++) {
        const value = canvas[at + channel] ?? 0
        canvas[at + channel] = Math.round(value + strength * (255 - value))
      }
    }
  }
  const raw = { width, height, channels: 4 } as const
  return sharp(canvas, { raw }).removeAlpha().jpeg({ quality: 85 }).toBuffer()
}
