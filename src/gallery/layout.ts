/**
 * Where things lie in the two memories that threads share: in one the templates, in the other what a search goes through
 * first. Each begins with the lanes (one for each thread that scans: its probe and what it found), then come blocks, which
 * have the same number in both. A block holds rows of one client, one behind the other: their templates; their 8-bit codes,
 * the scales and errors of these (codes.ts) and two numbers for each row.
 */
import { createMemory, dimensions, maxPages, rowBytes, type SharedMemory } from './kernel.ts'

/** Rows of a block. Its codes fit a core's second cache, and small clients waste little. */
export const blockRows = 1024
const vectorsBytes = blockRows * rowBytes
const scalesAt = blockRows * dimensions
const errorsAt = scalesAt + blockRows * 4
const notesAt = errorsAt + blockRows * 4
const seenAt = notesAt + blockRows * 8
/** With the bits of the flags seen, and what makes it a multiple of 16. */
const codesBytes = seenAt + 16
const pageBytes = 65_536
/** What a row takes, of both memories. */
export const bytesPerRow = (vectorsBytes + codesBytes) / blockRows
/** Blocks that 4 GiB of templates hold. */
const maxBlocks = Math.floor(((maxPages - 1) * pageBytes) / vectorsBytes)

export interface GalleryMemory {
  vectors: SharedMemory
  codes: SharedMemory
}

/** Byte offsets of a lane. Page 0 of each memory is the lanes'. */
export function laneOf(lane: number) {
  const vectors = lane * (rowBytes + 16)
  const codes = lane * 2048
  return {
    /** In the memory of templates. */
    exact: { probe: vectors, score: vectors + rowBytes },
    /** In the memory of codes: the probe's, three numbers for the sieve, and room for what it finds. */
    sieve: { probe: codes, asked: codes + dimensions * 2, found: codes + dimensions * 2 + 16 },
  }
}

/** Byte offset of a block's templates. */
export const vectorsOf = (block: number) => pageBytes + block * vectorsBytes

/** Byte offsets of the other parts of a block. */
export function codesOf(block: number) {
  const start = pageBytes + block * codesBytes
  return {
    codes: start,
    scales: start + scalesAt,
    errors: start + errorsAt,
    /** Two numbers for each row: vendor data (interned, 0: none), then flags (0: no entry here). */
    notes: start + notesAt,
    /** Bit n: rows of the block have, or had, the flags n. */
    seen: start + seenAt,
  }
}

/** Views of a block. They stay good when the memories grow, since its bytes never move. */
export function viewsOf({ vectors, codes }: GalleryMemory, block: number) {
  const at = codesOf(block)
  return {
    vectors: new Float32Array(vectors.buffer, vectorsOf(block), blockRows * dimensions),
    codes: new Int8Array(codes.buffer, at.codes, blockRows * dimensions),
    scales: new Float32Array(codes.buffer, at.scales, blockRows),
    errors: new Float32Array(codes.buffer, at.errors, blockRows),
    notes: new Uint32Array(codes.buffer, at.notes, blockRows * 2),
    seen: new Uint32Array(codes.buffer, at.seen, 1),
  }
}

export interface Blocks {
  memory: GalleryMemory
  /** A block of zeros. @returns its number @throws RangeError when 4 GiB are full, about eight million rows */
  take(): number
  /** Zeroes a block and keeps it for the next taker. */
  giveBack(block: number): void
}

export function createBlocks(): Blocks {
  const memory = { vectors: createMemory(1), codes: createMemory(1) }
  const free: number[] = []
  let count = 0
  return {
    memory,
    take() {
      const known = free.pop()
      if (known !== undefined) return known
      if (count === maxBlocks) throw new RangeError('The galleries are full: 4 GiB of templates.')
      const block = count
      reserve(memory.vectors, vectorsOf(block + 1))
      reserve(memory.codes, codesOf(block + 1).codes)
      count++
      return block
    },
    giveBack(block) {
      for (const view of Object.values(viewsOf(memory, block))) view.fill(0)
      free.push(block)
    },
  }
}

/** Growing is a system call: asks for a sixteenth more than there is, within the limit. */
function reserve(memory: SharedMemory, bytes: number): void {
  const pages = memory.buffer.byteLength / pageBytes
  const missing = Math.ceil(bytes / pageBytes) - pages
  if (missing > 0) memory.grow(Math.min(maxPages - pages, Math.max(missing, pages >> 4)))
}
