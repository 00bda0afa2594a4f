import type { PictureFormat } from '../types.ts'
import type { Raster } from './raster.ts'
import { createWorkspace, type Workspace } from './workspace.ts'

/** A decoded, upright picture, possibly smaller than the file's own pixels. */
export interface Pixels extends Raster {
  /** Decoded pixels per original upright pixel, 0..1: 0.25 when a 4000-pixel side was decoded to 1000. */
  readonly scale: number
  /** Size of the file's picture after the EXIF turn. */
  readonly originalWidth: number
  readonly originalHeight: number
  readonly format: PictureFormat
  /** Quality, 1..100, of the JPEG file's own quantisation (`jpegQuality`); null for other formats. */
  readonly jpegQuality: number | null
  /** What measuring this picture may reuse of earlier ones. */
  readonly workspace: Workspace
}

/** Makes a picture of a raster that did not come from a file: tests, synthetic pictures, crops. */
export function pixelsOf(raster: Raster, format: PictureFormat = 'png'): Pixels {
  const { width, height } = raster
  return {
    ...raster,
    scale: 1,
    originalWidth: width,
    originalHeight: height,
    format,
    jpegQuality: null,
    workspace: createWorkspace(),
  }
}
