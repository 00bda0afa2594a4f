/** Written by training/traits/calibrate.py from the calibration people; not edited by hand. */

/** A line through a logit. */
export interface Line {
  readonly slope: number
  readonly offset: number
}

export const netCalibration = {
  eyewear: { slope: 1, offsets: [0, 0, 0] },
  occluded: { slope: 1, offset: 0 },
  mouthCovered: { slope: 1, offset: 0 },
  mouthOpen: { slope: 1, offset: 0 },
  smile: { slope: 1, offset: 0 },
  eyeOpen: { slope: 1, offset: 0 },
} as const

export const ageCalibration = {
  gender: { slope: 1, offset: 0 },
  /** Years: the best estimate is a line through the net's; the range's half width a line through the best estimate. */
  age: { slope: 1, offset: 0, spread: 0.1, spreadOffset: 4, least: 4, confidence: 0.8 },
} as const
