import type { PictureFormat } from '../types.ts'

/** Brands of an ISO base media file that mean HEVC-coded stills. `mif1` and `msf1` say only "some still picture". */
const heicBrands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']
const neutralBrands = ['mif1', 'mif2', 'msf1', 'miaf']

/**
 * The format that the first bytes announce, or null for everything we do not read.
 *
 * The caller's file name and content type are never asked: only the bytes decide which decoder runs.
 * AVIF is refused on purpose although it shares HEIF's container; so are GIF, BMP, SVG and PDF.
 */
export function sniff(bytes: Uint8Array): PictureFormat | null {
  if (starts(bytes, [0xff, 0xd8, 0xff])) return 'jpeg'
  if (starts(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png'
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WEBP') return 'webp'
  if (starts(bytes, [0x49, 0x49, 0x2a, 0x00]) || starts(bytes, [0x4d, 0x4d, 0x00, 0x2a])) return 'tiff'
  if (text(bytes, 4, 8) === 'ftyp') return sniffBrands(bytes)
  return null
}

/** Reads the brands of the leading `ftyp` box: major brand, minor version, then compatible brands up to its end. */
function sniffBrands(bytes: Uint8Array): PictureFormat | null {
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0)
  const end = Math.min(size, bytes.length, 256)
  const major = text(bytes, 8, 12)
  if (heicBrands.includes(major)) return 'heic'
  if (!neutralBrands.includes(major)) return null
  for (let at = 16; at + 4 <= end; at += 4) {
    if (heicBrands.includes(text(bytes, at, at + 4))) return 'heic'
  }
  return null
}

function starts(bytes: Uint8Array, magic: number[]): boolean {
  return bytes.length >= magic.length && magic.every((value, index) => bytes[index] === value)
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return bytes.length < to ? '' : String.fromCharCode(...bytes.subarray(from, to))
}
