/** Written by training/pad/calibrate.py; do not edit by hand. */
export const calibration = {
  /** The picture shows too little around the face. */
  alone: { bias: -0.3, texture: 1 },
  /** Both nets. */
  together: { bias: -0.2, texture: 0.8, context: 0.8 },
  /** The context net by itself, for its cue. */
  context: { bias: 0, context: 1 },
} as const
