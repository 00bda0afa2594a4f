/** Beyond these a face is named unfit. MODELS.md tells what each was measured on. */
export const limits = {
  /** Distance between the eyes in decoded pixels. */
  leastInterocular: 12,
  /** Mean of skin luma and highlights, 0..1. */
  leastLight: 0.13,
  /** Share of the face that is clipped to white. */
  mostWhite: 0.5,
  /** Point spread in distances between the eyes. */
  mostPointSpread: 0.09,
  /** Degrees. */
  mostYaw: 50,
  mostPitch: 35,
  /** Share of the face that something covers. */
  mostOcclusion: 0.5,
  /** Share of the mesh that lies in the picture. */
  leastVisible: 0.95,
  /** Mesh width over picture width, or height over height. */
  mostFill: 0.97,
} as const

/** Constants fitted by training/quality/fit.py. */
export const calibration = {
  pointSpread: { scale: 0.0063, power: 3.28 },
  blur: { slope: 8.19, middle: 0.0437 },
  dark: { slope: -20, middle: 0.305 },
  white: { skin: 17.14, clipped: 1.38, offset: -9.71 },
  penalties: {
    soft: { scale: 4, power: 1, from: 0.3 },
    blur: { scale: 0.084, power: 1.6 },
    size: { scale: 5, power: 1.2 },
    jpeg: { scale: 4.81, power: 1.535, interocular: 49 },
    white: { scale: 0.718, power: 1.51 },
    dark: { scale: 0.09, power: 2 },
    side: { scale: 1.2, power: 2.5 },
    yaw: { scale: 48, power: 4 },
    pitch: { scale: 38, power: 3 },
    occlusion: { scale: 0.85, power: 1.5 },
    hidden: { scale: 0.2, power: 1 },
  },
} as const
