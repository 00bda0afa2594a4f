import { distanceWords, type Kernel, slackWords } from './kernel.ts'
import { type Raster, rasterOf } from './raster.ts'

/** Halved copies of one picture in the kernel's memory. */
interface Copies {
  /** The picture's pixels: a picture that nobody else holds any more is not kept for this. */
  of: WeakRef<Int32Array>
  width: number
  /** Where each copy starts, in words, and its size; the first is half as large as the picture. */
  levels: { at: number; width: number; height: number }[]
  /** How many of them are made. */
  made: number
  /** First word behind them. */
  end: number
}

export interface Mip {
  /** First word of the kernel's memory that holds no copy. */
  readonly end: number
  /**
   * The picture halved `level` times by 2x2 means; level 0 is the picture itself. An odd last row or column is dropped:
   * level coordinates stay an exact power of two of the picture's. A picture has as many levels as halves.
   *
   * Copies are made when first asked for and stay until another picture's are. The raster returned is a view of the
   * kernel's memory: use it before anything else is sampled or halved. Whoever changes the pixels of a picture passes
   * it with other `words` afterwards.
   */
  level(picture: Raster, level: number): Raster
}

/** A picture is brought to the kernel in strips of about so many pixels, which stay in the processor's cache. */
const stripPixels = 32_768

/**
 * Halved copies of the picture last asked for. Nothing but time depends on it: warps of one picture follow each other,
 * and copies made where they are needed need not be moved there for each warp.
 */
export function createMip(kernel: Kernel): Mip {
  let copies: Copies = {
    of: new WeakRef(new Int32Array(0)),
    width: 0,
    levels: [],
    made: 0,
    end: distanceWords,
  }

  /** Halves what does not lie in the kernel's memory yet. */
  function halvePicture({ words, width, height }: Raster, out: number): void {
    const rows = Math.max(2, 2 * Math.floor(stripPixels / (2 * width)))
    const scratch = copies.end
    // The kernel reads eight pixels of a row at a time, beyond the last ones too.
    const memory = kernel.memory(scratch + rows * width + 8)
    for (let top = 0; top + 1 < height; top += rows) {
      const count = Math.min(rows, height - top)
      memory.set(words.subarray(top * width, (top + count) * width), scratch)
      halveRows({ at: scratch, width, height: count }, out + (top >> 1) * (width >> 1))
    }
  }

  /**
   * Mean of each 2x2 block, rounded; the unused byte becomes 255. What the kernel writes too much lands in the next row,
   * which follows, or in the slack behind the last.
   */
  function halveRows(
    { at, width, height }: { at: number; width: number; height: number },
    out: number,
  ): void {
    const half = width >> 1
    for (let row = 0; row < height >> 1; row++) {
      const upper = 4 * (at + 2 * row * width)
      const to = 4 * (out + row * half)
      kernel.halve(upper, upper + 4 * width, to, to + 4 * half)
    }
  }

  function view({ at, width, height }: Copies['levels'][number]): Raster {
    const words = kernel.memory(copies.end).subarray(at, at + width * height)
    return rasterOf(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), width, height)
  }

  return {
    get end() {
      return copies.end
    },

    level(picture, level) {
      if (level === 0) return picture
      const { words, width } = picture
      if (copies.of.deref() !== words || copies.width !== width)
        copies = { of: new WeakRef(words), width, made: 0, ...plan(picture) }
      const { levels } = copies
      const last = Math.min(level, levels.length)
      for (; copies.made < last; copies.made++) {
        if (copies.made === 0) halvePicture(picture, levels[0]!.at)
        else halveRows(levels[copies.made - 1]!, levels[copies.made]!.at)
      }
      return last === 0 ? picture : view(levels[last - 1]!)
    },
  }
}

function plan(picture: Raster): Pick<Copies, 'levels' | 'end'> {
  const levels: Copies['levels'] = []
  let { width, height } = picture
  let end = distanceWords
  while (width > 1 && height > 1) {
    width >>= 1
    height >>= 1
    levels.push({ at: end, width, height })
    end += width * height + slackWords
  }
  return { levels, end }
}
