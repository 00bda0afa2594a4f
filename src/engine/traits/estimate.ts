import { fromLogOdds } from '../log-odds.ts'
import type { Estimate, Traits } from '../types.ts'
import { type Line, netCalibration } from './calibration.ts'
import type { TraitLogits } from './net.ts'

/** How often people smile and hold their mouth open: all that can be said of a mouth nobody sees. */
const hidden = { smile: 0.4, mouthOpen: 0.25 } as const
/** Highest confidence that is ever stated: what some 600 held-out faces can support, were every one of them right. */
export const maxConfidence = 0.995
const eyewearNames = ['none', 'glasses', 'sunglasses'] as const

/** Calibrated judgements: a confidence of 0.9 is right nine times out of ten on held-out people (MODELS.md). */
export function estimateTraits(logits: TraitLogits): Omit<Traits, 'age' | 'gender'> {
  const eyewear = eyewearShares(logits.eyewear)
  const likeliest = eyewear.indexOf(Math.max(...eyewear)) as 0 | 1 | 2
  const covered = probability(logits.mouthCovered, netCalibration.mouthCovered)
  const occluded = Math.max(covered, probability(logits.occluded, netCalibration.occluded))
  const [, , dark] = eyewear
  const mouth = (share: number, otherwise: number) => judge(covered * otherwise + (1 - covered) * share)
  // Behind dark lenses an eye may be open or not.
  const eye = (logit: number) => judge(dark * 0.5 + (1 - dark) * probability(logit, netCalibration.eyeOpen))
  return {
    eyewear: { value: eyewearNames[likeliest], confidence: Math.min(maxConfidence, eyewear[likeliest]) },
    occluded: judge(occluded),
    mouthCovered: judge(covered),
    rightEyeOpen: eye(logits.rightEyeOpen),
    leftEyeOpen: eye(logits.leftEyeOpen),
    mouthOpen: mouth(probability(logits.mouthOpen, netCalibration.mouthOpen), hidden.mouthOpen),
    smile: mouth(probability(smileLogit(logits), netCalibration.smile), hidden.smile),
  }
}

/** Two nets see more smiles than one: ours, and the packaged one at the share that calibration found best. */
export function smileLogit(
  { smile, happy }: Pick<TraitLogits, 'smile' | 'happy'>,
  happyShare: number = netCalibration.smile.happyShare,
): number {
  return smile + happyShare * happy
}

function eyewearShares(logits: readonly [number, number, number]): [number, number, number] {
  const { slope, offsets } = netCalibration.eyewear
  const scaled = logits.map((logit, index) => slope * logit + offsets[index]!)
  const top = Math.max(...scaled)
  const powers = scaled.map((value) => Math.exp(value - top))
  const sum = powers.reduce((total, value) => total + value, 0)
  return [powers[0]! / sum, powers[1]! / sum, powers[2]! / sum]
}

/** A judgement of a probability that the thing is there. */
export function judge(share: number): Estimate<boolean> {
  return { value: share >= 0.5, confidence: Math.min(maxConfidence, Math.max(share, 1 - share)) }
}

/** Platt's line through the logit, then the logistic curve. */
export function probability(logit: number, { slope, offset }: Line): number {
  return fromLogOdds(slope * logit + offset)
}
