import type { Box, Quality } from '../types.ts'

/** What is known of the face before its liveness is judged. */
export interface LivenessSubject {
  /** The detector's box in pixels of the picture. */
  box: Box
  quality: Pick<Quality, 'faults' | 'interocular' | 'luminance'>
}
