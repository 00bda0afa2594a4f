/** Written by training/traits/calibrate.ts from the calibration people; not edited by hand. */

/** A line through a logit. */
export interface Line {
  readonly slope: number
  readonly offset: number
}

export const netCalibration = {
  eyewear: {
    slope: 1.392,
    offsets: [0.311, -0.044, -0.267],
  },
  occluded: {
    slope: 2.251,
    offset: 0.68,
  },
  mouthCovered: {
    slope: 1.971,
    offset: -0.633,
  },
  mouthOpen: {
    slope: 1.103,
    offset: 0.617,
  },
  smile: {
    slope: 1.138,
    offset: 0.125,
  },
  eyeOpen: {
    slope: 1.518,
    offset: 0.111,
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
