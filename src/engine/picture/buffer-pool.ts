/** Buffers that one picture after another uses. Inputs of nets are several megabytes per picture; made new each time they
 * cost a full garbage collection every third picture. */
export interface BufferPool {
  /**
   * Borrows a buffer of `length` numbers, whose content is arbitrary, until the promise of `use` settles. Calls that
   * run at once each have their own.
   */
  borrow<T>(length: number, use: (buffer: Float32Array) => Promise<T>): Promise<T>
}

/** Longer buffers are not kept: one group photograph would hold them for good. The detector's input is the longest. */
const maxKept = 3 * 256 * 256

export function createBufferPool(): BufferPool {
  const free: Float32Array[] = []
  return {
    async borrow(length, use) {
      const at = free.findIndex((buffer) => buffer.length === length)
      const buffer = at >= 0 ? free.splice(at, 1)[0]! : new Float32Array(length)
      try {
        return await use(buffer)
      } finally {
        if (length <= maxKept) free.push(buffer)
      }
    },
  }
}
