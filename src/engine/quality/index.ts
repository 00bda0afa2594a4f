/** How fit a face is for being judged and matched: blur, light, size, framing, named faults and one score. */
import type { Pixels } from '../picture/pixels.ts'
import type { Quality } from '../types.ts'
import { type FaceGeometry, measureFeatures } from './features.ts'
import { findFaults, judgeBlur, judgeBright, judgeExposure } from './judge.ts'
import { measurePenalties, scoreOf } from './score.ts'

export type { FaceGeometry } from './features.ts'

export interface QualitySubject extends FaceGeometry {
  /** Distance between the pupils in decoded pixels, where something better than the mesh's lids knows it. */
  interocular?: number
  /** Share of the face, 0..1, that a mask, hand or object covers, where it was judged. Default 0. */
  occlusion?: number
}

/**
 * Judges one face.
 *
 * Blur is measured on the face brought to one size, so it is blur as matching and a person's eye see it, not of
 * the file's pixels: a large picture may be soft in every pixel and yet show the face crisply.
 */
export function measureQuality(pixels: Pixels, subject: QualitySubject): Quality {
  const { occlusion = 0 } = subject
  const features = measureFeatures(pixels, subject)
  return {
    score: scoreOf(measurePenalties(features, occlusion)),
    luminance: 100 * features.light.skin,
    blur: judgeBlur(features),
    bright: judgeBright(features),
    exposure: judgeExposure(features),
    interocular: (subject.interocular ?? features.interocular) / pixels.scale,
    faults: findFaults(features, occlusion),
  }
}
