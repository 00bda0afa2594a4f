/**
 * What a file carries of the camera that took its picture. Anybody can write it, so it proves nothing: but portraits saved
 * from a page, screenshots and pictures made by a program have it only where somebody took the trouble.
 */
import { openTiff, type Tiff } from './tiff.ts'

export const cameraMarks = [
  /** EXIF names maker and model, the moment and the exposure time. */
  'camera_named',
  /** EXIF gives the size that the picture has, of a megapixel or more: it was neither cut nor made smaller. */
  'size_kept',
  /** Saved as finely as cameras save, or in a format that little but phones writes. */
  'finely_saved',
] as const

export type CameraMark = (typeof cameraMarks)[number]

/** Cameras of phones save at about 90 to 97, messengers and web pages mostly at 70 to 80. */
const finestOfSoftware = 85
const fewestPixels = 1e6

const tags = {
  make: 0x010f,
  model: 0x0110,
  exif: 0x8769,
  exposureTime: 0x829a,
  taken: 0x9003,
  width: 0xa002,
  height: 0xa003,
} as const

interface Picture {
  format: 'jpeg' | 'png' | 'webp' | 'tiff' | 'heic'
  /** In pixels, upright or as stored. */
  width: number
  height: number
  /** 1..100; null where the format has none. */
  jpegQuality: number | null
}

/** In the order of `cameraMarks`; none of other formats than JPEG and HEIC, which no camera of a phone writes. */
export function cameraMarksOf(bytes: Uint8Array, picture: Picture): CameraMark[] {
  if (picture.format !== 'jpeg' && picture.format !== 'heic') return []
  const exif = readExif(bytes)
  const marks: CameraMark[] = []
  if (exif?.namesCamera) marks.push('camera_named')
  if (exif?.sides && keepsSize(exif.sides, picture)) marks.push('size_kept')
  if (picture.format === 'heic' || (picture.jpegQuality ?? 0) >= finestOfSoftware) marks.push('finely_saved')
  return marks
}

function keepsSize([one, other]: readonly [number, number], { width, height }: Picture): boolean {
  const isSame = (one === width && other === height) || (one === height && other === width)
  return isSame && width * height >= fewestPixels
}

interface Exif {
  namesCamera: boolean
  /** Width and height as the camera wrote them; null: it did not. */
  sides: readonly [number, number] | null
}

/** The first EXIF in the file; null without one that can be read. */
function readExif(bytes: Uint8Array): Exif | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const start = file.indexOf('Exif\0\0', 0, 'latin1')
  if (start < 0) return null
  try {
    const tiff = openTiff(file.subarray(start + 6))
    return tiff && exifOf(tiff)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function exifOf(tiff: Tiff): Exif {
  const main = tiff.directory(tiff.first)
  const link = main.find(({ tag }) => tag === tags.exif)
  const more = link ? tiff.directory(tiff.long(link.at)) : []
  const has = (entries: typeof main, tag: number) =>
    entries.some((entry) => entry.tag === tag && entry.count > 0)
  const side = (wanted: number) => {
    const entry = more.find(({ tag }) => tag === wanted)
    return entry && (entry.type === 3 ? tiff.word(entry.at) : tiff.long(entry.at))
  }
  const [width, height] = [side(tags.width), side(tags.height)]
  return {
    namesCamera:
      has(main, tags.make) && has(main, tags.model) && has(more, tags.exposureTime) && has(more, tags.taken),
    sides: width && height ? [width, height] : null,
  }
}
