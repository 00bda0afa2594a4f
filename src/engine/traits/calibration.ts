/** Written by training/traits/calibrate.ts from the calibration people; not edited by hand. */

/** A line through a logit. */
export interface Line {
  readonly slope: number
  readonly offset: number
}

export const netCalibration = {
  eyewear: {
    slope: 1.391,
    offsets: [
      0.422,
      -0.094,
      -0.328
    ]
  },
  occluded: {
    slope: 2.076,
    offset: 1.071
  },
  mouthCovered: {
    slope: 1.988,
    offset: -0.787
  },
  mouthOpen: {
    slope: 1.048,
    offset: 0.537
  },
  smile: {
    slope: 1.136,
    offset: 0.087
  },
  eyeOpen: {
    slope: 1.558,
    offset: 0.027
  }
} as const

/** Years: the best estimate is a line through the net's; the range's half width a line through the best estimate. */
export const ageCalibration = {
  gender: {
    slope: 1.548,
    offset: -0.258
  },
  age: {
    slope: 0.915,
    offset: 2.749,
    spread: 0.111,
    spreadOffset: 3.895,
    least: 4.903,
    confidence: 0.8
  }
} as const
