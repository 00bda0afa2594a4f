/** What a JPEG's markers say of the work that its decoder will have. */

/** Second bytes of markers (ITU-T T.81, table B.1). */
export const marker = {
  SOF0: 0xc0,
  SOF2: 0xc2,
  DHT: 0xc4,
  RST0: 0xd0,
  RST7: 0xd7,
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DQT: 0xdb,
  DRI: 0xdd,
  APP0: 0xe0,
  APP1: 0xe1,
  APP2: 0xe2,
  APP14: 0xee,
  APP15: 0xef,
  COM: 0xfe,
} as const

export interface JpegStructure {
  scans: number
  /** Marker segments, scans included. */
  segments: number
  /** The end-of-image marker is there. */
  ended: boolean
}

/** Walks from marker to marker up to the end of the image or of the bytes; decodes nothing. */
export function jpegStructure(bytes: Uint8Array): JpegStructure {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let scans = 0
  let segments = 0
  let at = 2
  while (at + 4 <= file.length && file[at] === 0xff) {
    const kind = file[at + 1]!
    // Any number of these may stand before a marker.
    if (kind === 0xff) {
      at++
      continue
    }
    if (kind === marker.EOI) return { scans, segments, ended: true }
    segments++
    at += 2 + file.readUInt16BE(at + 2)
    if (kind === marker.SOS) {
      scans++
      at = endOfScan(file, at)
    }
  }
  return { scans, segments, ended: file[at] === 0xff && file[at + 1] === marker.EOI }
}

/** Where the codes that begin at `from` end: at the first marker that is not a restart, or with the file. */
export function endOfScan(file: Buffer, from: number): number {
  for (let at = from; ; at += 2) {
    at = file.indexOf(0xff, at)
    if (at < 0 || at + 1 >= file.length) return file.length
    const kind = file[at + 1]!
    const isRestart = kind >= marker.RST0 && kind <= marker.RST7
    // A zero says that the byte before is one of the codes.
    if (kind !== 0 && !isRestart) return at
  }
}
