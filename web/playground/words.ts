/** What the server's words for faults are on the page. */
export const faultWords: Record<string, string> = {
  face_unclear: 'no clear, uncovered human face',
  face_too_small: 'the face is too small',
  face_too_large: 'the face is too large',
  face_cut_off: 'the face is cut off',
  too_dark: 'too dark',
  too_bright: 'too bright',
  blurred: 'blurred',
  extreme_pose: 'the head is turned too far',
  occluded: 'something covers the face',
}

/** A share of 0 to 1 as a whole percentage. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`
