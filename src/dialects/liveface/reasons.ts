/** Why a verdict is not `pass`, and what is worth knowing of one that is: two closed sets with their sentences. */
import type { QualityFault } from '../../engine/types.ts'

const faults = {
  face_unclear: 'The face is covered, seen from the side, or not surely that of a person.',
  face_too_small: 'The face is too small: come nearer.',
  face_too_large: 'The face fills the picture: step back.',
  face_cut_off: 'Part of the face lies outside the picture.',
  too_dark: 'The face gets too little light.',
  too_bright: 'The face gets too much light.',
  blurred: 'The face is not sharp.',
  extreme_pose: 'The head is turned away from the camera.',
  occluded: 'Something covers part of the face.',
} as const satisfies Record<QualityFault, string>

const unverified = 'The file carries no marks of a camera: it was saved by a program, cut, or made smaller.'

const reasons = {
  no_face: 'No face was found.',
  several_faces: 'There are several people in the picture.',
  ...faults,
  unverified_capture: unverified,
  not_a_photograph:
    'No camera took this face as it is: it has no colour, or looks drawn, made over or cut out.',
  spoof_suspected: 'This looks like a picture or a screen held before the camera.',
  different_people: 'The pictures show two people.',
  near_threshold: 'The probability is too near the threshold to decide.',
  looks_underage: 'The people look too young to be told apart surely.',
  age_not_reached: 'The whole estimated range lies below the age asked for.',
  age_uncertain: 'The age asked for lies within the estimated range.',
  quality_too_low: 'A person would often not be recognised by this picture.',
} as const

const warnings = {
  no_face: 'No face was found in this picture: the others were judged.',
  several_faces: 'There are several faces in the picture; the most prominent one was taken.',
  ...faults,
  unverified_capture: unverified,
} as const

export type ReasonCode = keyof typeof reasons
export type WarningCode = keyof typeof warnings
export const reasonCodes = Object.keys(reasons) as [ReasonCode, ...ReasonCode[]]
export const warningCodes = Object.keys(warnings) as [WarningCode, ...WarningCode[]]

/** What keeps a picture out of a gallery. */
export type EnrolmentReason = QualityFault | 'no_face' | 'several_faces' | 'quality_too_low'
export const enrolmentReasons: readonly EnrolmentReason[] = [
  'no_face',
  'several_faces',
  ...(Object.keys(faults) as QualityFault[]),
  'quality_too_low',
]

export function sentenceOf(code: ReasonCode): string {
  return reasons[code]
}

/** Further pictures of the capture that `picture` shows. */
export const furtherPictures = ['picture_2', 'picture_3', 'picture_4'] as const
/** The pictures that a request may hold, by their fields. */
export const pictureNames = ['picture', 'reference', ...furtherPictures] as const
export type PictureName = (typeof pictureNames)[number]

interface Note<Code> {
  code: Code
  /** One sentence. */
  message: string
  /** The picture at fault; null where none is. */
  picture: PictureName | null
}

export function reason(code: ReasonCode, picture: PictureName | null = null): Note<ReasonCode> {
  return { code, message: reasons[code], picture }
}

export function warning(code: WarningCode, picture: PictureName | null = null): Note<WarningCode> {
  return { code, message: warnings[code], picture }
}
