import { crc32 } from 'node:zlib'

/** Of the file in bytes, and of each side in pixels: a browser unpacks it to 4 bytes a pixel. */
export const logoLimit = { bytes: 32 * 1024, side: 1024 } as const

const signature = Buffer.from('89504e470d0a1a0a', 'hex')

/** Is it a PNG that is whole and within `logoLimit`? PNG is the one format: it runs no script and refers to nothing. */
export function isLogo(base64: string): boolean {
  if (base64.length > Math.ceil(logoLimit.bytes / 3) * 4 || !/^[A-Za-z\d+/]+={0,2}$/.test(base64))
    return false
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length > logoLimit.bytes || !bytes.subarray(0, signature.length).equals(signature)) return false
  const chunks = chunksOf(bytes.subarray(signature.length))
  const [header] = chunks ?? []
  if (header?.type !== 'IHDR' || header.data.length !== 13) return false
  const sides = [header.data.readUInt32BE(0), header.data.readUInt32BE(4)]
  return sides.every((side) => side > 0 && side <= logoLimit.side)
}

interface Chunk {
  type: string
  data: Buffer
}

/** @returns null unless each is whole and the last is the end of a PNG */
function chunksOf(bytes: Buffer): Chunk[] | null {
  const chunks: Chunk[] = []
  for (let rest = bytes; rest.length > 0; ) {
    const length = rest.length < 12 ? Number.POSITIVE_INFINITY : rest.readUInt32BE(0)
    if (length + 12 > rest.length) return null
    const named = rest.subarray(4, 8 + length)
    if (crc32(named) !== rest.readUInt32BE(8 + length)) return null
    chunks.push({ type: named.toString('latin1', 0, 4), data: named.subarray(4) })
    rest = rest.subarray(12 + length)
  }
  return chunks.at(-1)?.type === 'IEND' ? chunks : null
}
