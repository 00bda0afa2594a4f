/** Passive presentation attack detection (PAD): is this picture of a face taken from the person, or from a picture? */
import type { ModelSessions } from '../models/index.ts'
import type { Pixels } from '../picture/pixels.ts'
import type { Box, Liveness, Quality } from '../types.ts'
import { fuse, type Measurements } from './fusion.ts'
import { refusal } from './gate.ts'
import { contextView, coverage, cutView, enlarge, textureView, trunkSize } from './views.ts'

/** Nets that must be open in the sessions given to `createLiveness`. */
export const livenessNetNames = ['pad-trunk', 'pad'] as const

/** What is known of the face before its liveness is judged. */
export interface LivenessSubject {
  /** The detector's box in pixels of the picture. */
  box: Box
  quality: Pick<Quality, 'faults' | 'interocular' | 'luminance'>
}

export interface LivenessJudge {
  /**
   * Judges one face. A picture that no one could judge is named, never scored.
   * @param pixels the upright picture
   */
  judge(pixels: Pixels, subject: LivenessSubject): Promise<Liveness>
}

/** @param sessions must have the nets of `livenessNetNames` open */
export function createLiveness(sessions: Pick<ModelSessions, 'run'>): LivenessJudge {
  return {
    async judge(pixels, subject) {
      const reason = refusal(subject)
      if (reason) return { judged: false, reason, cues: [] }
      const { score, cues } = fuse(await measure(sessions, pixels, subject.box))
      return { judged: true, score, cues }
    },
  }
}

/** Everything that the fusion looks at, before it is made one probability. */
export async function measure(
  sessions: Pick<ModelSessions, 'run'>,
  pixels: Pixels,
  box: Box,
): Promise<Measurements> {
  const skin = cutView(pixels, box, textureView)
  const { features } = await sessions.run('pad-trunk', enlarge(skin, textureView.size, trunkSize))
  const { texture_logit, context_logit } = await sessions.run('pad', {
    features,
    context: cutView(pixels, box, contextView),
  })
  return {
    texture: texture_logit[0]!,
    context: context_logit[0]!,
    coverage: coverage(pixels, box, contextView),
  }
}
