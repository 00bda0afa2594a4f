import sharp, { type Sharp } from 'sharp'

/** Harmless changes that must not move a score: how robustness is measured. */
const variants = {
  plain: (image: Sharp) => image,
  jpeg60: (image: Sharp) => image.jpeg({ quality: 60 }),
  half: (image: Sharp, width: number) => image.resize({ width: Math.max(8, Math.round(width / 2)) }),
  blur: (image: Sharp) => image.blur(0.8),
  brighter: (image: Sharp) => image.linear(1.3, 0),
  darker: (image: Sharp) => image.linear(0.7, 0),
  mirror: (image: Sharp) => image.flop(),
} as const

export type Variant = keyof typeof variants

export function isVariant(name: string): name is Variant {
  return name in variants
}

export const variantNames = Object.keys(variants) as Variant[]

/** The picture changed and encoded again: PNG, so that only the named change counts; `plain` is left as it is. */
export async function vary(bytes: Uint8Array, variant: Variant): Promise<Uint8Array> {
  if (variant === 'plain') return bytes
  const image = sharp(bytes).autoOrient()
  const { autoOrient } = await image.metadata()
  const changed = variants[variant](image, autoOrient.width)
  return variant === 'jpeg60' ? changed.toBuffer() : changed.png({ compressionLevel: 1 }).toBuffer()
}
