/** Beyond these a face is named unfit. MODELS.md tells what each was measured on. */
export const limits = {
  /** Distance between the eyes in decoded pixels. */
  leastInterocular: 12,
  /** Mean of skin luma and highlights, 0..1. */
  leastLight: 0.13,
  /** Share of the face that is clipped to white. */
  mostWhite: 0.5,
  /** Point spread in distances between the eyes. */
  mostPointSpread: 0.075,
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
  pointSpread: { offset: -5.193, weights: [-0.904, -1.768, -0.648], gain: 1.7, power: 1.15 },
  blur: { slope: 9, middle: 0.047 },
  dark: { slope: -7, middle: 0.27 },
  white: { slope: 3, middle: -1.2 },
  penalties: {
    blur: { scale: 0.085, power: 1.9 },
    size: { scale: 5, power: 1.5 },
    jpeg: { scale: 4.7, power: 1.58, interocular: 50 },
    white: { scale: 0.65, power: 1.9 },
    dark: { scale: 0.12, power: 2 },
    yaw: { scale: 55, power: 2 },
    pitch: { scale: 45, power: 2 },
    occlusion: { scale: 0.6, power: 1.5 },
    hidden: { scale: 0.15, power: 1 },
  },
} as const
