import type { Overlay, Scene } from '../engine/types.ts'

/** Compares what surrounds two faces; null where too little does. The engine's `overlay`. */
export type CompareScenes = (first: Scene, second: Scene) => Overlay | null

/**
 * Weights of a logistic rule fitted on pairs of photos made from one press photograph by bending, mirroring and painting,
 * against frames of people before a camera (`npm run eval:sessions`, the choosing half).
 */
const weights = { around: 8, rim: 5.5, likeness: 4.5, faceShift: 1.7, constant: -11.2 } as const

/** Mean of the pairs' log odds from which a session was made of one still: with one pair, and with several. */
const oneStillLimits = { onePair: 0.6, several: -0.4 } as const

/** Log odds that both photos were made of one still. */
function oneStillLogOdds({ around, rim, likeness, faceShift }: Overlay): number {
  const { constant } = weights
  return (
    weights.around * around +
    weights.rim * rim +
    weights.likeness * likeness +
    weights.faceShift * faceShift +
    constant
  )
}

/**
 * Were a session's photos made of one still picture? Every pair says a little; a session is judged by their mean, for one
 * quiet pair of a living person is no rarity.
 * @returns `unknown` where too little surrounds the faces to compare any pair
 */
export function judgeOneStill(scenes: readonly Scene[], compare: CompareScenes): 'no' | 'yes' | 'unknown' {
  if (scenes.length < 2) return 'no'
  const odds: number[] = []
  for (let second = 1; second < scenes.length; second++) {
    for (let first = 0; first < second; first++) {
      const compared = compare(scenes[first]!, scenes[second]!)
      if (compared) odds.push(oneStillLogOdds(compared))
    }
  }
  if (odds.length === 0) return 'unknown'
  const mean = odds.reduce((sum, value) => sum + value, 0) / odds.length
  return mean >= (odds.length === 1 ? oneStillLimits.onePair : oneStillLimits.several) ? 'yes' : 'no'
}
