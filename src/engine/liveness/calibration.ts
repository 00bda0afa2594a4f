/** Written by training/pad/calibrate.py; do not edit by hand. */
export const calibration = {
  /** The picture shows too little around the face. */
  alone: { bias: -0.3889, texture: 0.6345 },
  /** Both nets. */
  together: { bias: -0.0298, texture: 0.3168, context: 1.2722 },
  /** The context net by itself, for its cue. */
  context: { bias: 0.6130, context: 1.4140 },
} as const
