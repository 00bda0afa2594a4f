/** How fit a face is for being judged and matched: blur, light, size, framing, named faults and one score. */
import type { Pixels } from '../picture/pixels.ts'
import type { Quality, QualityFault } from '../types.ts'
import { type FaceGeometry, measureFeatures } from './features.ts'
import { findFaults, judgeBlur, judgeBright, judgeExposure } from './judge.ts'
import { limits } from './limits.ts'
import { coverPenalty, measurePenalties, scoreOf } from './score.ts'

export type { FaceGeometry } from './features.ts'

/**
 * Judges one face.
 *
 * Blur is measured on the face brought to one size, so it is blur as matching and a person's eye see it, not of
 * the file's pixels: a large picture may be soft in every pixel and yet show the face crisply.
 */
export function measureQuality(pixels: Pixels, subject: FaceGeometry): Quality {
  const features = measureFeatures(pixels, subject)
  return {
    score: scoreOf(measurePenalties(features)),
    luminance: 100 * features.light.skin,
    blur: judgeBlur(features),
    bright: judgeBright(features),
    exposure: judgeExposure(features),
    interocular: features.interocular / pixels.scale,
    faults: findFaults(features),
  }
}

/**
 * The same judgement of a face that the nets are not sure is one. What else was found of it comes first: of a person who
 * stands in the dark or looks aside it says what to do better.
 */
export function asUnclear(quality: Quality): Quality {
  return { ...quality, faults: withFault(quality.faults, 'face_unclear') }
}

/**
 * The same judgement when something else has found the face covered: quality itself measures light and sharpness,
 * and a mask may be sharp and well lit.
 *
 * @param occlusion 0..1: 0 is a bare face, 1 a face of which a mask or hand surely covers about half
 */
export function withOcclusion(quality: Quality, occlusion: number): Quality {
  const { score, faults } = quality
  const lower = score * Math.exp(-coverPenalty(occlusion))
  if (occlusion <= limits.maxOcclusion) return { ...quality, score: lower }
  return { ...quality, score: lower, faults: withFault(faults, 'occluded') }
}

const mild: readonly QualityFault[] = ['face_cut_off', 'face_too_large']

/** After what makes a face unusable, before what only spoils its frame. */
function withFault(faults: readonly QualityFault[], fault: QualityFault): QualityFault[] {
  const serious = faults.filter((other) => !mild.includes(other))
  return [...serious, fault, ...faults.filter((other) => mild.includes(other))]
}
