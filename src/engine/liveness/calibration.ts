/** Written by training/pad/calibrate.py; do not edit by hand. */
export const calibration = {
  /** The picture shows too little around the face. */
  alone: { bias: -0.5258, texture: 0.37853, skin: 0.28 },
  /** The picture shows what is around the face. */
  together: { bias: -0.2027, skin: 0.47897, context: 0.44598, near: 0.41528 },
  /** The skin by itself, for its cue. */
  skin: { bias: -0.7007, skin: 0.84155 },
  /** The surroundings by themselves, for their cue. */
  surroundings: { bias: 0.25468, context: 0.54147, near: 0.50672 },
} as const
