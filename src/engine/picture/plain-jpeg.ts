/** The picture of a JPEG file without anything that was written beside it, where that is possible without decoding. */
import { endOfScan, marker } from './jpeg-structure.ts'
import { openTiff } from './tiff.ts'

/** Says that the components are Y, Cb and Cr; without density and thumbnail. */
const jfif = Buffer.from('ffe000104a46494600010100000100010000', 'hex')
/** The same for what Adobe's programs write, but for the last byte: the colour transform. */
const adobe = Buffer.from('ffee000e41646f626500640000000000', 'hex')
const endOfImage = Buffer.from([0xff, marker.EOI])

interface Frame {
  width: number
  height: number
  /** Most scans that a file of this kind has: a progressive one has ten, some programs write more. */
  maxScans: number
}

/**
 * Copies what a decoder needs of a JPEG, and nothing else: tables, frame and scans. EXIF, XMP, IPTC, comments,
 * thumbnails, further pictures and whatever comes after the end of the image stay behind; of the two segments that
 * decide on colours only that decision is kept, written again. Each table, header and scan must be exactly as long as
 * its own content says.
 *
 * The pixels stay the same. So it does not hide what somebody put into them, or into the Huffman codes, on purpose.
 *
 * @param longestSide pixels
 * @returns null for whatever is not plainly so: turned by EXIF, larger than `longestSide`, with a colour profile,
 *   four components, arithmetic coding, damaged, or merely odd. It must then be decoded and encoded again.
 */
export function plainJpeg(bytes: Uint8Array, longestSide: number): Buffer | null {
  try {
    return copyPlain(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), longestSide)
  } catch (error) {
    // Reading past the end: the file is cut off.
    if (error instanceof RangeError) return null
    throw error
  }
}

function copyPlain(file: Buffer, longestSide: number): Buffer | null {
  if (file.readUInt16BE(0) !== 0xff00 + marker.SOI) return null
  const kept: Buffer[] = [file.subarray(0, 2)]
  const seen = new Set<string>()
  const isFirst = (name: string) => seen.size < seen.add(name).size
  let frame: Frame | null = null
  let scans = 0
  for (let at = 2; ; ) {
    if (file.readUInt8(at) !== 0xff) return null
    const kind = file.readUInt8(at + 1)
    if (kind === marker.EOI) return scans > 0 ? Buffer.concat([...kept, endOfImage]) : null
    let end = at + 2 + file.readUInt16BE(at + 2)
    if (end > file.length || end < at + 4) return null
    const body = file.subarray(at + 4, end)
    if (isBeside(kind)) {
      const colours = coloursOf(kind, body)
      // After the first scan nobody writes any; and one of each kind is enough.
      if (scans > 0 || colours === 'odd' || (colours && !isFirst(`colours ${kind}`))) return null
      if (isExif(kind, body) && !(isFirst('exif') && isUpright(body.subarray(6)))) return null
      if (colours) kept.push(colours)
      at = end
      continue
    }
    if (kind === marker.DQT || kind === marker.DHT) {
      const tables = kind === marker.DQT ? quantisationTables(body) : huffmanTables(body)
      // Each scan may bring its own tables; one that the next replaces would be room to hide in.
      if (!tables?.every((id) => isFirst(`table ${kind} ${id} before scan ${scans}`))) return null
    } else if (kind === marker.DRI) {
      if (body.length !== 2 || !isFirst(`restarts before scan ${scans}`)) return null
    } else if (kind >= marker.SOF0 && kind <= marker.SOF2) {
      if (frame) return null
      frame = frameOf(kind, body)
      if (!frame || Math.max(frame.width, frame.height) > longestSide) return null
    } else if (kind === marker.SOS) {
      if (!frame || ++scans > frame.maxScans || body.length !== 4 + 2 * body.readUInt8(0)) return null
      const start = end
      end = endOfScan(file, start)
      // Codes take less room than the pixels they stand for; more is none of this picture's.
      if (end - start > 4 * frame.width * frame.height + 4096) return null
    } else return null
    kept.push(file.subarray(at, end))
    at = end
  }
}

/** Is it about the picture and not of it? */
function isBeside(kind: number): boolean {
  return (kind >= marker.APP0 && kind <= marker.APP15) || kind === marker.COM
}

/** What is kept of a segment that decides on colours: null where it decides nothing, `odd` for a profile. */
function coloursOf(kind: number, body: Buffer): Buffer | null | 'odd' {
  // A profile has to be applied before it can be left out.
  if (kind === marker.APP2 && startsWith(body, 'ICC_PROFILE')) return 'odd'
  if (kind === marker.APP0 && body.length >= 14 && startsWith(body, 'JFIF\0')) return jfif
  if (kind !== marker.APP14 || body.length < 12 || !startsWith(body, 'Adobe')) return null
  const transform = body.readUInt8(11)
  return transform > 1 ? 'odd' : Buffer.concat([adobe.subarray(0, 15), Buffer.from([transform])])
}

function isExif(kind: number, body: Buffer): boolean {
  return kind === marker.APP1 && startsWith(body, 'Exif')
}

/** Does the first directory of EXIF's TIFF say that the picture is not turned? @throws RangeError when it is cut off */
function isUpright(bytes: Buffer): boolean {
  const tiff = openTiff(bytes)
  if (!tiff) return false
  return tiff
    .directory(tiff.first)
    .filter(({ tag }) => tag === 0x0112)
    .every(({ type, count, at }) => type === 3 && count === 1 && tiff.word(at) === 1)
}

/** Ids of the tables, null when they do not fill the segment exactly. */
function quantisationTables(body: Buffer): number[] | null {
  const ids: number[] = []
  let at = 0
  while (at < body.length) {
    const [precision, id] = nibbles(body.readUInt8(at))
    if (precision > 1 || id > 3) return null
    ids.push(id)
    at += 1 + 64 * (precision + 1)
  }
  return at === body.length ? ids : null
}

/** The same for Huffman tables: what they are for (DC or AC) and id in one number. */
function huffmanTables(body: Buffer): number[] | null {
  const ids: number[] = []
  let at = 0
  while (at < body.length) {
    const [coefficients, id] = nibbles(body.readUInt8(at))
    if (coefficients > 1 || id > 3) return null
    ids.push(4 * coefficients + id)
    let values = 0
    for (let length = 1; length <= 16; length++) values += body.readUInt8(at + length)
    if (values > 256) return null
    at += 17 + values
  }
  return at === body.length ? ids : null
}

/** Baseline, extended or progressive frames with eight bits and one or three components. */
function frameOf(kind: number, body: Buffer): Frame | null {
  const components = body.readUInt8(5)
  if (body.readUInt8(0) !== 8 || (components !== 1 && components !== 3)) return null
  if (body.length !== 6 + 3 * components) return null
  const [height, width] = [body.readUInt16BE(1), body.readUInt16BE(3)]
  if (height === 0 || width === 0) return null
  return { width, height, maxScans: kind === marker.SOF2 ? 64 : components }
}

function nibbles(byte: number): [number, number] {
  return [byte >> 4, byte & 15]
}

function startsWith(body: Buffer, text: string): boolean {
  return body.toString('latin1', 0, text.length) === text
}
