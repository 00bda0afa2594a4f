/** Written by training/pad/calibrate.py; do not edit by hand. */
export const calibration = {
  /** The picture shows what is around the face. */
  together: { bias: -0.71297, near: 0.82022, skin: 0.24607, general: 0.20506 },
  /** The skin by itself, for its cue. */
  skin: { bias: -0.2499, skin: 0.61107 },
  /** The surroundings by themselves, for their cue. */
  surroundings: { bias: -1.43472, near: 0.73058, general: 0.30209 },
  /** The picture shows too little around the face. */
  alone: { bias: -0.5258, texture: 0.37853, skin: 0.28 },
} as const
