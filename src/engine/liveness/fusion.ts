import type { LivenessCue } from '../types.ts'
import { calibration } from './calibration.ts'

/** What was measured of one face. */
export interface Measurements {
  /** Logit of the texture net: positive speaks for a bona fide capture. */
  texture: number
  /** Logit of the context net. */
  context: number
  /** Share, 0..1, of the context view that the picture covers. */
  coverage: number
}

/** Below this share the context view shows hardly more than the face, and the context cue is not taken. */
export const leastCoverage = 0.16

/**
 * One probability, at equal priors, out of the cues: a logistic regression fitted on pictures of sources that the
 * nets had not seen (training/pad/calibrate.py).
 */
export function fuse(measured: Measurements): { score: number; cues: LivenessCue[] } {
  const { texture, context, coverage } = measured
  const surrounded = coverage >= leastCoverage
  const { alone, together } = calibration
  const logit = surrounded
    ? together.bias + together.texture * texture + together.context * context
    : alone.bias + alone.texture * texture
  const textureScore = sigmoid(alone.bias + alone.texture * texture)
  const contextScore = surrounded
    ? sigmoid(calibration.context.bias + calibration.context.context * context)
    : null
  return {
    score: sigmoid(logit),
    cues: [
      { name: 'texture', score: textureScore, note: textureNote(textureScore) },
      { name: 'context', score: contextScore, note: contextNote(contextScore) },
    ],
  }
}

/** Between these a view alone says nothing either way. */
const undecided = { least: 0.35, most: 0.65 }

function isUndecided(score: number): boolean {
  return score > undecided.least && score < undecided.most
}

function textureNote(score: number): string {
  if (isUndecided(score)) return 'The skin alone does not tell.'
  if (score >= 0.5) return 'The skin looks as a camera sees a face.'
  return 'The skin looks like a face on a screen or on paper.'
}

function contextNote(score: number | null): string {
  if (score === null)
    return 'The picture shows too little around the face to look for a screen or a sheet of paper.'
  if (isUndecided(score)) return 'The surroundings alone do not tell.'
  if (score >= 0.5) return 'No screen, hand or paper edge stands around the face.'
  return 'What stands around the face looks like a screen or a sheet of paper.'
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}
