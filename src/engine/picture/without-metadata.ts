import { PictureError } from '../errors.ts'
import type { Engine } from '../types.ts'
import { plainJpeg } from './plain-jpeg.ts'
import { sniff } from './sniff.ts'

/**
 * An upright JPEG without EXIF, GPS position, thumbnail or profile, for evidence that need not be the
 * very bytes received. A plain JPEG is copied without what stands beside its pixels; it is not decoded here, so ask
 * for pictures that the engine has read. Any other is decoded and drawn again by the engine's workers, which takes ten
 * times the time of the server's other work on a request.
 * @param longestSide pixels, default 1600; a smaller picture is not enlarged
 * @returns null when the picture cannot be read
 * @throws EngineError
 */
export async function withoutMetadata(
  engine: Pick<Engine, 'redraw'>,
  bytes: Uint8Array,
  longestSide = 1600,
): Promise<Buffer | null> {
  const plain = sniff(bytes) === 'jpeg' ? plainJpeg(bytes, longestSide) : null
  if (plain) return plain
  try {
    const { buffer, byteOffset, byteLength } = await engine.redraw(bytes, longestSide)
    return Buffer.from(buffer, byteOffset, byteLength)
  } catch (error) {
    if (error instanceof PictureError) return null
    throw error
  }
}
