import { luma } from '../picture/luma.ts'
import type { LivenessCue } from '../types.ts'

/**
 * Limits beyond which cameras hardly ever record a face. Chosen between press photographs that were made over and bona fide
 * pictures: of 208 from nine development groups one lies beyond (`npm run eval:drawn`).
 */
const limits = {
  /** Least spread of the two colour differences together, in steps of 255. */
  colour: 3,
  /** From how much a colour difference departs from its four neighbours' it is a leap, and the largest share of leaps. */
  leap: 14,
  leaps: 0.07,
  /** Largest share of pixels of paper white, and the luma from which one is. */
  white: 245,
  whites: 0.22,
  /** Logit of the net `pad-drawn` below which no camera took the face. */
  photograph: -3.5,
} as const

/**
 * The liveness probability is never more than this: of a face in which no camera could have taken what is measured, and of one
 * that only looks so to the net, which takes one bona fide capture in a hundred for such. The latter lies in the review band.
 */
const highestScore = { measured: 0.02, seen: 0.35 } as const

/**
 * Was this face drawn, or a photograph made over by a filter? Sees what no camera does: a face without any colour, colour
 * that leaps from pixel to pixel (dithers, posters), and paper white within the face (pencil drawings, cut-outs). A net that
 * learned drawings, cartoons, posters and cut-outs of many kinds sees the rest.
 * @param planes of R, G and B, 0..255, of a square that shows little but the face; 0 beyond the picture's edge
 * @param side of the square in pixels
 * @param logit of `pad-drawn`: positive speaks for a photograph
 * @returns the reason and the highest liveness probability beside it, or null for what a camera may have taken
 */
export function drawnCue(planes: Float32Array, side: number, logit: number): LivenessCue | null {
  const measured = measuredFault(planes, side)
  if (measured) return { name: 'photograph', score: highestScore.measured, note: measured }
  if (logit >= limits.photograph) return null
  const note = 'The face looks drawn, made over by a filter, or cut out.'
  return { name: 'photograph', score: highestScore.seen, note }
}

function measuredFault(planes: Float32Array, side: number): string | null {
  const { blue, spread, whites } = colours(planes, side ** 2)
  if (spread < limits.colour) return 'The face has no colour: it is no colour photograph.'
  if (whites > limits.whites) return 'Much of the face is as white as paper: it looks drawn or cut out.'
  if (leaps(blue, side) > limits.leaps)
    return 'The colour of the skin leaps from pixel to pixel: the picture was drawn or made over.'
  return null
}

/** The blue difference of each pixel, how far both differences spread, and the share of white pixels. */
function colours(planes: Float32Array, count: number) {
  const blue = new Float32Array(count)
  const sums = { blue: 0, blueSquares: 0, red: 0, redSquares: 0, white: 0 }
  for (let at = 0; at < count; at++) {
    const [r, g, b] = [planes[at]!, planes[at + count]!, planes[at + 2 * count]!]
    const grey = luma(r, g, b)
    blue[at] = b - grey
    sums.blue += b - grey
    sums.blueSquares += (b - grey) ** 2
    sums.red += r - grey
    sums.redSquares += (r - grey) ** 2
    if (grey >= limits.white) sums.white++
  }
  const variance = (sum: number, squares: number) => squares / count - (sum / count) ** 2
  const spread = variance(sums.blue, sums.blueSquares) + variance(sums.red, sums.redSquares)
  return { blue, spread: Math.sqrt(Math.max(0, spread)), whites: sums.white / count }
}

/** Share of pixels, but for the outermost, that differ much from the four beside them. */
function leaps(values: Float32Array, side: number): number {
  let count = 0
  for (let y = 1; y < side - 1; y++) {
    for (let at = y * side + 1; at < (y + 1) * side - 1; at++) {
      const around = values[at - 1]! + values[at + 1]! + values[at - side]! + values[at + side]!
      if (Math.abs(4 * values[at]! - around) > limits.leap) count++
    }
  }
  return count / (side - 2) ** 2
}
