/** Written by training/traits/calibrate.ts from the calibration people; not edited by hand. */

/** A line through a logit. */
export interface Line {
  readonly slope: number
  readonly offset: number
}

export const netCalibration = {
  eyewear: {
    slope: 1.379,
    offsets: [0.321, -0.033, -0.287],
  },
  occluded: {
    slope: 2.252,
    offset: 0.783,
  },
  mouthCovered: {
    slope: 1.933,
    offset: -0.552,
  },
  mouthOpen: {
    slope: 1.217,
    offset: 1.022,
  },
  smile: {
    happyShare: 0.3,
    slope: 0.807,
    offset: -1.83,
  },
  eyeOpen: {
    slope: 1.875,
    offset: -2.104,
  },
} as const

/** Years: the best estimate is a line through the net's; the range's half width a line through the best estimate. */
export const ageCalibration = {
  gender: {
    slope: 1.548,
    offset: -0.258,
  },
  age: {
    slope: 0.915,
    offset: 2.749,
    spread: 0.111,
    spreadOffset: 3.895,
    least: 4.903,
    confidence: 0.8,
  },
} as const
