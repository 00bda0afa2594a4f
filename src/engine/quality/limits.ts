/** Beyond these a face is named unfit. MODELS.md says what each was measured on. */
export const limits = {
  /** Distance between the eyes in decoded pixels. */
  minInterocular: 12,
  /** Mean of skin luma and highlights, 0..1. */
  minLight: 0.16,
  /** Share of the face that is clipped to white. */
  maxWhite: 0.5,
  /** Point spread in distances between the eyes. */
  maxPointSpread: 0.09,
  /** Log-odds of a smeared face: above those of every capture that was measured as it is. */
  maxSmear: 2,
  /** Degrees. */
  maxYaw: 50,
  maxPitch: 35,
  /** `withOcclusion`: 0 bare, 1 surely covered. */
  maxOcclusion: 0.5,
  /** Share of the mesh that lies in the picture. */
  minVisible: 0.95,
  /** Mesh width over picture width, or height over height. */
  maxFill: 0.97,
} as const

/**
 * Constants fitted by training/quality/fit.py, those of `smear` by blur.py. Of the penalties, those of blur, JPEG and glare are fitted to the
 * loss of genuine similarity; size and noise are above their measured loss, and light, turn and cover are set by hand
 * near it.
 */
export const calibration = {
  pointSpread: { scale: 0.00612, power: 3.312 },
  blur: { slope: 8.28, middle: 0.0441 },
  smear: {
    octaves: [-8.71, -10.62, 7.88, 0.88],
    noise: 8.13,
    /** A sharp face has more detail down its columns than along its rows. */
    sharpDirection: [-0.14, -0.25, -0.16],
    directions: [4.06, 7.64, -3.9],
    offset: -7.12,
  },
  dark: { slope: -20.7, middle: 0.331 },
  white: { skin: 10.25, clipped: 1.284, offset: -4.81 },
  penalties: {
    soft: { scale: 4, power: 1, from: 0.3 },
    blur: { scale: 0.086, power: 1.72 },
    size: { scale: 5, power: 1.2 },
    jpeg: { scale: 4.95, power: 1.54, interocular: 49 },
    noise: { scale: 18, power: 2 },
    white: { scale: 0.705, power: 1.6 },
    dark: { scale: 0.09, power: 2 },
    side: { scale: 1.2, power: 2.5 },
    yaw: { scale: 48, power: 4 },
    pitch: { scale: 38, power: 3 },
    occlusion: { scale: 0.85, power: 1.5 },
    hidden: { scale: 0.2, power: 1 },
  },
} as const
