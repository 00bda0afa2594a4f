/**
 * Where things lie in the memory that threads share: first the lanes (one for each thread that scans:
 * its probe and its scores), then blocks. A block holds the templates of one client, rows one behind the
 * other, and after them two numbers for each row.
 */
import { createMemory, maxPages, rowBytes, type SharedMemory } from './kernel.ts'

/** Rows of a block. Its scores fit a core's first cache, and small clients waste little. */
export const blockRows = 1024
const blockBytes = blockRows * (rowBytes + 8)
const pageBytes = 65_536

/** Byte offsets of a lane's probe and scores. Page 0 is the lanes'. */
export function laneOf(lane: number): { probe: number; scores: number } {
  const start = lane * (rowBytes + blockRows * 4)
  return { probe: start, scores: start + rowBytes }
}

/** The templates of a block, `blockRows` x 128 values. */
export function vectorsOf(memory: SharedMemory, block: number): Float32Array {
  return new Float32Array(memory.buffer, block, (blockRows * rowBytes) / 4)
}

/** Two numbers for each row of a block: vendor data (interned, 0: none), then flags (0: no entry here). */
export function notesOf(memory: SharedMemory, block: number): Uint32Array {
  return new Uint32Array(memory.buffer, block + blockRows * rowBytes, blockRows * 2)
}

export interface Blocks {
  memory: SharedMemory
  /** A block of zeros. @returns its byte offset @throws RangeError when 4 GiB are full, about eight million rows */
  take(): number
  /** Zeroes a block and keeps it for the next taker. */
  giveBack(block: number): void
}

export function createBlocks(): Blocks {
  const memory = createMemory(1)
  const free: number[] = []
  let end = pageBytes
  return {
    memory,
    take() {
      const known = free.pop()
      if (known !== undefined) return known
      const block = end
      const missing = Math.ceil((block + blockBytes) / pageBytes) - memory.buffer.byteLength / pageBytes
      if (missing > 0) {
        // Growing is a system call: ask for a sixteenth more than there is, within the limit.
        const pages = memory.buffer.byteLength / pageBytes
        const room = maxPages - pages
        if (missing > room) throw new RangeError('The galleries are full: 4 GiB of templates.')
        memory.grow(Math.min(room, Math.max(missing, pages >> 4)))
      }
      end = block + blockBytes
      return block
    },
    giveBack(block) {
      new Uint8Array(memory.buffer, block, blockBytes).fill(0)
      free.push(block)
    },
  }
}
