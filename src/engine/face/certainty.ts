import { logOdds } from '../log-odds.ts'

/**
 * How surely both nets together see one upright human face: the detector's confidence, and the log-odds of the mesh
 * net's presence at a fortieth. Log-odds, because presence saturates: it is above 0.99 for many an upside-down face and
 * many a drawing, and above 0.999 99 for nearly every upright person.
 *
 * About 1.2 for a frontal portrait, 0.7 for a person behind a mask, below that for most animals.
 *
 * @param confidence the detector's, 0..1
 * @param presence the mesh net's, 0..1
 */
export function certainty(confidence: number, presence: number): number {
  return confidence + Math.min(maxLogOdds, Math.max(minLogOdds, logOdds(presence))) / 40
}

/**
 * Certainty below which a face is found but not judged: animals, emblems and most faces behind masks. Of bare faces
 * only such as turn far aside, for which `extreme_pose` is said as well.
 */
export const clearFace = 0.78

/** A mask drives presence to any small number, a plain portrait to any large one: beyond these it says no more. */
const minLogOdds = -8
const maxLogOdds = 12
