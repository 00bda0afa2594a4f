/** Directories of TIFF's structure, as EXIF has them. Reads stay within the bytes: whatever points beyond is a RangeError. */

export interface TiffEntry {
  tag: number
  /** 2: text, 3: 16 bits, 4: 32 bits, 5: a fraction. */
  type: number
  count: number
  /** Where its value stands, or the place of a value longer than four bytes. */
  at: number
}

export interface Tiff {
  word(at: number): number
  long(at: number): number
  /** Place of the first directory. */
  first: number
  /** @throws RangeError when it is cut off */
  directory(at: number): TiffEntry[]
}

/** @returns null for what is no TIFF. @throws RangeError when it is cut off */
export function openTiff(bytes: Buffer): Tiff | null {
  const order = bytes.toString('latin1', 0, 4)
  if (order !== 'II*\0' && order !== 'MM\0*') return null
  const isLittle = order === 'II*\0'
  const word = (at: number) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const long = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  return {
    word,
    long,
    first: long(4),
    directory: (start) =>
      Array.from({ length: word(start) }, (_, index) => {
        const at = start + 2 + 12 * index
        return { tag: word(at), type: word(at + 2), count: long(at + 4), at: at + 8 }
      }),
  }
}
