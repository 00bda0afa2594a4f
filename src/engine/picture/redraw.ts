import sharp from 'sharp'
import { decodePicture } from './decode.ts'

export interface RedrawOptions {
  /** Maximum pixels of a picture that will be decoded. Default as `decodePicture`. */
  pixelLimit?: number
  /** Maximum of the longer side, in pixels; a smaller picture is not enlarged. */
  longestSide: number
}

/** High enough that a person sees no difference, low enough that a kept picture is not larger than the one received. */
const quality = 88

/**
 * The picture's pixels in a new, upright JPEG, without anything that stood beside them.
 * @throws PictureError as decodePicture
 */
export async function redrawPicture(bytes: Uint8Array, options: RedrawOptions): Promise<Uint8Array> {
  const { data, width, height } = await decodePicture(bytes, options)
  return sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .jpeg({ quality })
    .toBuffer()
}
