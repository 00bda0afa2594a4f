import type { Pixels } from './pixels.ts'

/** Longer buffers are not kept: one group photograph would hold them for good. The detector's input is the longest. */
const longestKept = 3 * 256 * 256

/**
 * Lends `use` a buffer of `length` numbers, whose content is arbitrary, until its promise settles: one that an earlier
 * picture gave back (`Pixels.spare`), or a new one. Inputs of nets are several megabytes per picture; made new each time they
 * cost a full garbage collection every third picture.
 */
export async function lend<T>(
  { spare }: Pick<Pixels, 'spare'>,
  length: number,
  use: (buffer: Float32Array) => Promise<T>,
): Promise<T> {
  const at = spare?.findIndex((buffer) => buffer.length === length) ?? -1
  const buffer = at >= 0 ? spare!.splice(at, 1)[0]! : new Float32Array(length)
  try {
    return await use(buffer)
  } finally {
    if (length <= longestKept) spare?.push(buffer)
  }
}
