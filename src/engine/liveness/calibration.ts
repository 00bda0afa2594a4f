/** Written by training/pad/calibrate.py; do not edit by hand. */
export const calibration = {
  /** The picture shows too little around the face. */
  alone: { bias: -0.38893, texture: 0.63446 },
  /** Both nets. */
  together: { bias: -0.02984, texture: 0.31682, context: 1.27224 },
  /** The context net by itself, for its cue. */
  context: { bias: 0.61297, context: 1.41398 },
} as const
