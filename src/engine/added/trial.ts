/** Runs a net that somebody wants to add, on a face that is drawn here, before anything depends on it. */
import { pixelsOf } from '../picture/pixels.ts'
import { blankRaster } from '../picture/raster.ts'
import type { Box } from '../types.ts'
import type { AddedPadNet } from './folder.ts'
import { openPadNet } from './pad-net.ts'

const [width, height] = [320, 240]
const face: Box = { x: 110, y: 50, width: 100, height: 130 }

/**
 * @returns the probability that the drawn face is a living person's
 * @throws Error when the net cannot be opened, does not answer what its description says, or not twice the same
 */
export async function tryPadNet(net: AddedPadNet): Promise<number> {
  const opened = await openPadNet(net)
  try {
    const pixels = pixelsOf(drawnFace())
    const [first, second] = [await opened.score(pixels, face), await opened.score(pixels, face)]
    if (first !== second) throw new Error('The net answers the same picture differently each time.')
    return first
  } finally {
    await opened.close()
  }
}

/** An oval of skin with two eyes and a mouth before a wall. */
function drawnFace() {
  const raster = blankRaster(width, height)
  const parts = [
    { x: 160, y: 115, across: 50, down: 65, colour: [205, 160, 130] },
    { x: 140, y: 100, across: 8, down: 5, colour: [40, 30, 28] },
    { x: 180, y: 100, across: 8, down: 5, colour: [40, 30, 28] },
    { x: 160, y: 150, across: 18, down: 6, colour: [160, 72, 70] },
  ]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const part = parts.findLast(
        (one) => ((x - one.x) / one.across) ** 2 + ((y - one.y) / one.down) ** 2 <= 1,
      )
      raster.data.set(part?.colour ?? [184, 196, 204], 4 * (y * width + x))
    }
  }
  return raster
}
