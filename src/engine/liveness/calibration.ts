/** Written by training/pad/calibrate.py; do not edit by hand. */
export const calibration = {
  /** The picture shows too little around the face. */
  alone: { bias: -0.3889, texture: 0.6345 },
  /** Both nets. */
  together: { bias: -0.0751, texture: 0.3429, context: 1.2563 },
  /** The context net by itself, for its cue. */
  context: { bias: 0.5844, context: 1.4042 },
} as const
