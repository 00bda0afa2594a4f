import { kernel } from './kernel.ts'
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

/** Rows are handed to the kernel in strips of about so many pixels, which stay in the processor's cache. */
const stripPixels = 32_768

/** Mean of each 2x2 block, rounded. The unused byte becomes 255. */
export function halve({ words, width, height }: Raster): Raster {
  const half = blankRaster(width >> 1, height >> 1)
  const rows = Math.max(1, Math.min(half.height, Math.floor(stripPixels / (2 * width))))
  // The kernel finishes four pixels at a time and may write three too many: into the next row, which follows, or
  // the room behind the last.
  const out = 2 * rows * width + 8
  const bench = kernel.room(4 * (out + rows * half.width + 8))
  for (let top = 0; top < half.height; top += rows) {
    const count = Math.min(rows, half.height - top)
    bench.set(words.subarray(2 * top * width, 2 * (top + count) * width))
    for (let row = 0; row < count; row++) {
      const upper = 8 * row * width
      const at = 4 * (out + row * half.width)
      kernel.halve(upper, upper + 4 * width, at, at + 4 * half.width)
    }
    half.words.set(bench.subarray(out, out + count * half.width), top * half.width)
  }
  return half
}
