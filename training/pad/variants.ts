import sharp, { type Sharp } from 'sharp'
import type { Box } from '../../src/engine/types.ts'

/** Changes that must not move a verdict: what a careless sender, or an attacker without any art, does to a picture. */
const variants = {
  plain: (image: Sharp) => image,
  jpeg60: (image: Sharp) => image.jpeg({ quality: 60 }),
  half: (image: Sharp, { width }: Known) => image.resize({ width: Math.max(8, Math.round(width / 2)) }),
  blur: (image: Sharp) => image.blur(0.8),
  unsharp: (image: Sharp) => image.sharpen({ sigma: 1 }),
  // Sharp's gamma only takes 1..3; a curve by itself is a table of 256 values.
  lighter: (image: Sharp) => image.gamma(1.2, 1),
  darker: (image: Sharp) => image.gamma(1, 1.2),
  mirror: (image: Sharp) => image.flop(),
  /** Bezels, hands and the edges of a sheet cut away. */
  closer: (image: Sharp, known: Known) => image.extract(around(known, 1.9)),
  /** Hardly more than the face. */
  tight: (image: Sharp, known: Known) => image.extract(around(known, 1.2)),
} as const

/** The upright picture's size in pixels, and where its face is. */
export interface Known {
  width: number
  height: number
  box: Box
}

export type Variant = keyof typeof variants

export const variantNames = Object.keys(variants) as Variant[]

/** The picture changed and encoded again: PNG, so that only the named change counts; `plain` is left as it is. */
export async function vary(bytes: Uint8Array, variant: Variant, known: Known): Promise<Uint8Array> {
  if (variant === 'plain') return bytes
  const changed = variants[variant](sharp(await sharp(bytes).autoOrient().toBuffer()), known)
  return variant === 'jpeg60' ? changed.toBuffer() : changed.png({ compressionLevel: 1 }).toBuffer()
}

/** The part of the picture within a square about the face. */
function around({ width, height, box }: Known, factor: number) {
  const half = (Math.max(box.width, box.height) * factor) / 2
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const [left, top] = [Math.max(0, Math.round(x - half)), Math.max(0, Math.round(y - half))]
  return {
    left,
    top,
    width: Math.min(width, Math.round(x + half)) - left,
    height: Math.min(height, Math.round(y + half)) - top,
  }
}
