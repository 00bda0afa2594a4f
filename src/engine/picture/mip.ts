import type { Pixels, Raster } from './pixels.ts'

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

/** Mean of each 2x2 block, rounded. */
export function halve({ data, width, height }: Raster): Raster {
  const halfWidth = width >> 1
  const halfHeight = height >> 1
  const out = new Uint8Array(halfWidth * halfHeight * 3)
  const stride = width * 3
  let to = 0
  for (let y = 0; y < halfHeight; y++) {
    let from = 2 * y * stride
    for (const end = to + halfWidth * 3; to < end; to += 3, from += 6) {
      const below = from + stride
      out[to] = (data[from]! + data[from + 3]! + data[below]! + data[below + 3]! + 2) >> 2
      out[to + 1] = (data[from + 1]! + data[from + 4]! + data[below + 1]! + data[below + 4]! + 2) >> 2
      out[to + 2] = (data[from + 2]! + data[from + 5]! + data[below + 2]! + data[below + 5]! + 2) >> 2
    }
  }
  return { data: out, width: halfWidth, height: halfHeight }
}
