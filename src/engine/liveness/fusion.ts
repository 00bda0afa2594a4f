import { fromLogOdds } from '../log-odds.ts'
import type { LivenessCue } from '../types.ts'
import { calibration } from './calibration.ts'

/** What was measured of one face. Logits: positive speaks for a bona fide capture. */
export type Measurements = {
  /** Of the net that sees the skin: one for whole frames, one for tight crops. */
  skin: number
} & (
  | {
      surrounded: true
      /** Of the net that sees the face and what is next to it. */
      near: number
      /** Of the packaged net, whose makers taught it on other cameras; it sees the same, closer. */
      general: number
    }
  | {
      /** The picture shows hardly more than the face: there is nothing around it to look at. */
      surrounded: false
      /** Of the rule on the trunk's features, a closer look at the skin. */
      texture: number
    }
)

/** Below this share of `surroundingsFactor` the picture shows hardly more than the face, and the surroundings are not judged. */
export const minCoverage = 0.16

/**
 * One probability, at equal priors, out of the cues: a logistic regression fitted on pictures of groups that the
 * nets had not seen (training/pad/calibrate.py).
 */
export function fuse(measured: Measurements): { score: number; cues: LivenessCue[] } {
  const { skin } = measured
  const { alone, together, skin: skinOnly, surroundings } = calibration
  if (!measured.surrounded) {
    const score = fromLogOdds(alone.bias + alone.texture * measured.texture + alone.skin * skin)
    return { score, cues: [textureCue(score), contextCue(null)] }
  }
  const { near, general } = measured
  return {
    score: fromLogOdds(
      together.bias + together.skin * skin + together.near * near + together.general * general,
    ),
    cues: [
      textureCue(fromLogOdds(skinOnly.bias + skinOnly.skin * skin)),
      contextCue(fromLogOdds(surroundings.bias + surroundings.near * near + surroundings.general * general)),
    ],
  }
}

/** The packaged net's opinion as one logit. @param classes logits: bona fide first, then kinds of attack */
export function marginOf(classes: Float32Array): number {
  const [bonafide = 0, ...attacks] = classes
  const most = Math.max(...attacks)
  return bonafide - most - Math.log(attacks.reduce((sum, logit) => sum + Math.exp(logit - most), 0))
}

function textureCue(score: number): LivenessCue {
  return { name: 'texture', score, note: textureNote(score) }
}

function contextCue(score: number | null): LivenessCue {
  return { name: 'context', score, note: contextNote(score) }
}

/** Between these a view alone says nothing either way. */
const undecided = { min: 0.35, max: 0.65 }

function isUndecided(score: number): boolean {
  return score > undecided.min && score < undecided.max
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
