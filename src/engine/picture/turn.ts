import type { Pixels } from './pixels.ts'
import { blankRaster } from './raster.ts'

export type QuarterTurn = 0 | 90 | 180 | 270

/** The picture turned clockwise. 0 returns the picture itself; the others copy it. */
export function turn(pixels: Pixels, degrees: QuarterTurn): Pixels {
  if (degrees === 0) return pixels
  const { words, width, height } = pixels
  const sideways = degrees !== 180
  const turned = blankRaster(sideways ? height : width, sideways ? width : height)
  const out = turned.words
  // Steps through the source that follow the target row by row.
  const [start, right, down] = {
    90: [width * (height - 1), -width, 1],
    180: [width * height - 1, -1, -width],
    270: [width - 1, width, -1],
  }[degrees] as [number, number, number]
  for (let y = 0, at = 0; y < turned.height; y++) {
    let from = start + y * down
    for (let x = 0; x < turned.width; x++, at++, from += right) out[at] = words[from]!
  }
  const { originalWidth, originalHeight } = pixels
  return {
    ...pixels,
    ...turned,
    originalWidth: sideways ? originalHeight : originalWidth,
    originalHeight: sideways ? originalWidth : originalHeight,
  }
}
