/** Written by training/traits/calibrate.ts from the calibration people; not edited by hand. */

/** A line through a logit. */
export interface Line {
  readonly slope: number
  readonly offset: number
}

export const netCalibration = {
  eyewear: {
    slope: 1.764,
    offsets: [0.161, 0.061, -0.222],
  },
  occluded: {
    slope: 2.242,
    offset: 2.325,
  },
  mouthCovered: {
    slope: 1.941,
    offset: 0.818,
  },
  mouthOpen: {
    slope: 1.4,
    offset: 0.759,
  },
  smile: {
    slope: 1.076,
    offset: -0.219,
  },
  eyeOpen: {
    slope: 1.662,
    offset: 0.606,
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
