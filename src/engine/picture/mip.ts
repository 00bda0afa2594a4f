import { blankRaster, type Pixels, type Raster } from './pixels.ts'

/**
 * The picture halved `level` times by 2x2 means; level 0 is the picture itself. Levels are made when first asked
 * for and kept in `pixels.mips`, so that detection, mesh and template share them. An odd last row or column is
 * dropped: level coordinates stay an exact power of two of the picture's.
 */
export function mipLevel(pixels: Pixels, level: number): Raster {
  let raster: Raster = pixels
  for (let at = 0; at < level; at++) {
    if (raster.width < 2 || raster.height < 2) break
    pixels.mips[at] ??= halve(raster)
    raster = pixels.mips[at]!
  }
  return raster
}

/** Mean of each 2x2 block, rounded. Red and blue are added in one word, 16 bits each. */
export function halve({ words, width, height }: Raster): Raster {
  const half = blankRaster(width >> 1, height >> 1)
  const out = half.words
  let to = 0
  for (let y = 0; y < half.height; y++) {
    let upper = 2 * y * width
    let lower = upper + width
    for (const end = to + half.width; to < end; to++, upper += 2, lower += 2) {
      const p = words[upper]!
      const q = words[upper + 1]!
      const r = words[lower]!
      const s = words[lower + 1]!
      const even = (p & 0xff00ff) + (q & 0xff00ff) + (r & 0xff00ff) + (s & 0xff00ff) + 0x20002
      const odd = ((p >>> 8) & 0xff) + ((q >>> 8) & 0xff) + ((r >>> 8) & 0xff) + ((s >>> 8) & 0xff) + 2
      out[to] = ((even >>> 2) & 0xff00ff) | ((odd << 6) & 0xff00) | 0xff000000
    }
  }
  return half
}
