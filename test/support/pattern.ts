import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'

/** Colours of the test pattern's quarters: top left, top right, bottom left, bottom right. */
export const patternColours = {
  topLeft: [220, 40, 40],
  topRight: [40, 200, 60],
  bottomLeft: [50, 60, 210],
  bottomRight: [230, 220, 60],
} as const

/** A picture of four coloured quarters: a turn, a mirror image or swapped channels all show. */
export function pattern(width = 96, height = 64): Sharp {
  const data = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [left, right] =
        y < height / 2
          ? [patternColours.topLeft, patternColours.topRight]
          : [patternColours.bottomLeft, patternColours.bottomRight]
      data.set(x < width / 2 ? left : right, (y * width + x) * 3)
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
}

/** The same pattern as HEIC; `turned` is stored lying on its side with both `irot` and an EXIF orientation. */
export function patternHeic(kind: 'plain' | 'turned' | 'transparent' = 'plain'): Buffer {
  const name = kind === 'plain' ? 'pattern.heic' : `pattern-${kind}.heic`
  return readFileSync(join(import.meta.dirname, '../fixtures', name))
}
