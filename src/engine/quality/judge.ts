import { fromLogOdds } from '../log-odds.ts'
import type { Estimate, Quality, QualityFault } from '../types.ts'
import type { Features } from './features.ts'
import { calibration, limits } from './limits.ts'

/** The likelier side and how likely it is. */
function judged(p: number): Estimate<boolean> {
  return { value: p >= 0.5, confidence: Math.max(p, 1 - p) }
}

/**
 * Log contrast of the second octave over the finest: rises with the first trace of blur, long before the point
 * spread can be told, but falls with noise; hence only a small part of the score.
 */
export function softness({ detail: { finest, fine } }: Features): number {
  return Math.log((fine + 0.3) / (finest + 0.3))
}

/**
 * Width of the face's point spread (standard deviation) in distances between its eyes: 0.02 is a crisp press
 * photograph, 0.05 visibly blurred; at 0.09 one match in three fails. Fitted against all octaves, a regression put
 * its whole weight on these two: noise makes the finest one useless here.
 */
export function pointSpread({ detail: { fine, coarse } }: Features): number {
  const { scale, power } = calibration.pointSpread
  // The constant keeps the quantisation noise of a nearly black picture from looking like detail.
  return scale * ((coarse + 0.3) / (fine + 0.3)) ** power
}

/**
 * Log-odds that a face is smeared: by a move, which takes detail in one direction alone and so leaves most of the point
 * spread, or by a blur so wide that the octaves above it are noise.
 */
function smearLogOdds({ detail }: Features): number {
  const { octaves, noise, sharpDirection, directions, offset } = calibration.smear
  const { finest, fine, coarse, coarsest } = detail
  const contrasts = [finest, fine, coarse, coarsest].map((contrast) => Math.log(contrast + 0.3))
  const lacks = detail.directions.map(([rows, diagonals], octave) =>
    Math.hypot(rows - sharpDirection[octave]!, diagonals),
  )
  return offset + dot(octaves, contrasts) + noise * Math.log(detail.noise + 0.5) + dot(directions, lacks)
}

function dot(weights: readonly number[], values: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * values[index]!, 0)
}

/** Blurred by whichever is likelier. Both see a face brought to one size: blur counts relative to the face. */
export function judgeBlur(features: Features): Quality['blur'] {
  const { slope, middle } = calibration.blur
  const spread = slope * Math.log(pointSpread(features) / middle)
  return judged(fromLogOdds(Math.max(spread, smearLogOdds(features))))
}

/** Probabilities that the face got too little or too much light. */
function lightProbabilities({ light }: Features): { under: number; over: number } {
  const { dark, white } = calibration
  // Dark skin in good light still has highlights; a face in the dark has none. Skin alone would confuse the two.
  const level = 0.5 * light.skin + 0.5 * light.high
  return {
    under: fromLogOdds(dark.slope * Math.log((level + 0.01) / dark.middle)),
    over: fromLogOdds(white.offset + white.skin * light.skin + white.clipped * Math.log(light.white + 0.01)),
  }
}

export function judgeExposure(features: Features): Quality['exposure'] {
  const { under, over } = lightProbabilities(features)
  if (under >= 0.5 && under >= over) return { value: 'UNDER_EXPOSED', confidence: under }
  if (over >= 0.5) return { value: 'OVER_EXPOSED', confidence: over }
  return { value: 'NEUTRAL', confidence: (1 - under) * (1 - over) }
}

export function judgeBright(features: Features): Quality['bright'] {
  return judged(1 - lightProbabilities(features).under)
}

/** Gravest first: what makes the face unusable comes before what a photographer would do better. */
export function findFaults(features: Features): QualityFault[] {
  const { interocular, light, visible, fill, pose } = features
  const level = 0.5 * light.skin + 0.5 * light.high
  const found: Record<Exclude<QualityFault, 'occluded' | 'face_unclear'>, boolean> = {
    face_too_small: interocular < limits.minInterocular,
    too_dark: level < limits.minLight,
    too_bright: light.white > limits.maxWhite,
    blurred: pointSpread(features) > limits.maxPointSpread || smearLogOdds(features) > limits.maxSmear,
    extreme_pose: Math.abs(pose.yaw) > limits.maxYaw || Math.abs(pose.pitch) > limits.maxPitch,
    face_cut_off: visible < limits.minVisible,
    face_too_large: fill > limits.maxFill,
  }
  return (Object.keys(found) as (keyof typeof found)[]).filter((fault) => found[fault])
}
