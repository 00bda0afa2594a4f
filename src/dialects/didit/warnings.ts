/**
 * Every warning of the standalone calls, in the order in which answers list them: severity and texts. An
 * `error` declines. Where the vendor publishes no text, ours follows the form of its siblings.
 */
const table = {
  NO_FACE_DETECTED: [
    'error',
    'No face detected',
    'The system could not detect a face in the provided image.',
  ],
  LOW_LIVENESS_SCORE: [
    'error',
    'Low liveness score',
    'The liveness check resulted in a low score, indicating potential use of non-live facial representations or poor-quality biometric data.',
  ],
  LIVENESS_FACE_ATTACK: [
    'error',
    'Liveness Face Attack',
    'The system detected a potential attempt to bypass the liveness check.',
  ],
  AGE_NOT_DETECTED: ['error', 'Age not detected', 'The system could not estimate the age of the face.'],
  AGE_BELOW_MINIMUM: [
    'error',
    'Age below minimum',
    'The age of the face is below the minimum age threshold for the application.',
  ],
  FACE_IN_BLOCKLIST: [
    'error',
    'Face in blocklist',
    'The system identified a face in the blocklist, which means the face is not allowed to be verified.',
  ],
  POSSIBLE_FACE_IN_BLOCKLIST: [
    'error',
    'Possible face in blocklist',
    'The system identified a face that is possibly in the blocklist, requiring further investigation.',
  ],
  MULTIPLE_FACES_DETECTED: [
    'warning',
    'Multiple faces detected',
    'The system detected more than one face in the provided image. The largest one was evaluated.',
  ],
  DUPLICATED_FACE: [
    'information',
    'Duplicated face from other approved session',
    'The system identified a duplicated face from another approved session, requiring further investigation.',
  ],
  POSSIBLE_DUPLICATED_FACE: [
    'information',
    'Possible duplicated face from other approved session',
    'The system identified a possible duplicated face from another approved session, requiring further investigation.',
  ],
  LOW_FACE_MATCH_SIMILARITY: [
    'error',
    'Low face match similarity',
    "The facial features of the provided image don't closely match the reference image, suggesting a potential identity mismatch.",
  ],
  NO_REFERENCE_IMAGE: [
    'error',
    'No reference image',
    'No pair of faces could be compared: one of the images has no usable face.',
  ],
} as const satisfies Record<string, readonly [string, string, string]>

export type Risk = keyof typeof table

export const risks = Object.keys(table) as Risk[]

export interface Warning {
  risk: Risk
  feature: 'LIVENESS' | 'FACEMATCH'
  additional_data: Record<string, unknown> | null
  log_type: 'error' | 'warning' | 'information'
  short_description: string
  long_description: string
}

export function warning(
  risk: Risk,
  additionalData: Record<string, unknown> | null = null,
  feature: Warning['feature'] = 'LIVENESS',
): Warning {
  const [logType, short, long] = table[risk]
  return {
    risk,
    feature,
    additional_data: additionalData,
    log_type: logType,
    short_description: short,
    long_description: long,
  }
}

/** Sorted into the order of the table. */
export function inOrder(warnings: readonly Warning[]): Warning[] {
  return [...warnings].sort((a, b) => risks.indexOf(a.risk) - risks.indexOf(b.risk))
}

export function declines(warnings: readonly Warning[]): boolean {
  return warnings.some(({ log_type }) => log_type === 'error')
}
