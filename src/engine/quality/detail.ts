/** Contrast of the face in four neighbouring octaves of spatial frequency, grey levels. */
export interface Detail {
  /** The finest the normalised face can show; also where noise and compression show most. */
  finest: number
  /** Lids, lashes, pores: structures of about a tenth of the distance between the eyes. */
  fine: number
  /** Twice as large. */
  coarse: number
  /** Four times as large: what a blur that hides all the others leaves. */
  coarsest: number
  /**
   * How much one direction outweighs the one across it, in each of the finest three octaves: log ratios of second
   * differences (a slope of light across the face has none) along rows against columns, and along the falling diagonal
   * against the rising one. A face that moved has lost detail in one direction alone.
   */
  directions: readonly [number, number][]
  /** Standard deviation of the sensor's noise or of what looks like it, grey levels of the normalised face. */
  noise: number
}

/**
 * Standard deviation of white noise over the median magnitude it leaves in the finest octave: 1.4826 for the median,
 * and 0.89 of the noise passes the octave's filter.
 */
const noiseOverMedian = 1.4826 / 0.89

/**
 * Splits the chip into octaves (a Laplacian pyramid) and measures each inside the face. A wide point spread dims the
 * finer octave more, while contrast and light dim both alike: their ratio tells blur from flat light.
 *
 * @param luma `side` x `side`
 * @param inside 1 where the face is
 */
export function measureDetail(luma: Float32Array, inside: Uint8Array, side: number): Detail {
  const bands: number[] = []
  const directions: [number, number][] = []
  let grey = luma
  let mask = inside
  let width = side
  let noise = 0
  for (let level = 0; level < 4; level++) {
    const smooth = blur(grey, width)
    let sum = 0
    let count = 0
    for (let i = 0; i < grey.length; i++) {
      if (mask[i]) {
        sum += Math.abs(grey[i]! - smooth[i]!)
        count++
      }
    }
    bands.push(count > 0 ? sum / count : 0)
    if (level === 0) noise = noiseOverMedian * medianDifference(grey, smooth, mask, count)
    if (level < 3) {
      directions.push(compareDirections(grey, mask, width))
      const half = width >> 1
      const nextGrey = new Float32Array(half * half)
      const nextMask = new Uint8Array(half * half)
      for (let y = 0, to = 0; y < half; y++) {
        for (let x = 0; x < half; x++, to++) {
          const from = 2 * y * width + 2 * x
          nextGrey[to] = smooth[from]!
          nextMask[to] = mask[from]!
        }
      }
      grey = nextGrey
      mask = nextMask
      width = half
    }
  }
  const [finest = 0, fine = 0, coarse = 0, coarsest = 0] = bands
  return { finest, fine, coarse, coarsest, directions, noise }
}

/** Log ratios of mean second differences inside the mask: rows to columns, falling to rising diagonal. */
function compareDirections(grey: Float32Array, mask: Uint8Array, side: number): [number, number] {
  let [across, down, falling, rising, count] = [0, 0, 0, 0, 0]
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1, i = y * side + 1; x < side - 1; x++, i++) {
      if (!mask[i]) continue
      const twice = 2 * grey[i]!
      across += Math.abs(twice - grey[i + 1]! - grey[i - 1]!)
      down += Math.abs(twice - grey[i + side]! - grey[i - side]!)
      falling += Math.abs(twice - grey[i + side + 1]! - grey[i - side - 1]!)
      rising += Math.abs(twice - grey[i + side - 1]! - grey[i - side + 1]!)
      count++
    }
  }
  // The constant is that of the octaves: nothing over nothing is no direction.
  const log = (sum: number) => Math.log((count > 0 ? sum / count : 0) + 0.3)
  return [log(across) - log(down), log(falling) - log(rising)]
}

/** Median of |a - b| inside the mask to a tenth of a grey level. Edges are few, so that it sees the skin between. */
function medianDifference(a: Float32Array, b: Float32Array, mask: Uint8Array, count: number): number {
  const histogram = new Uint32Array(2560)
  for (let i = 0; i < a.length; i++) {
    if (mask[i]) histogram[Math.min(2559, Math.abs(a[i]! - b[i]!) * 10) | 0]!++
  }
  let below = 0
  let bin = 0
  while (bin < 2559 && below + histogram[bin]! < count / 2) below += histogram[bin++]!
  return bin / 10
}

/** Binomial smoothing (1 4 6 4 1) / 16 along both axes; the edge repeats its last pixel. */
function blur(grey: Float32Array, side: number): Float32Array {
  const across = new Float32Array(grey.length)
  for (let y = 0; y < side; y++) {
    const row = y * side
    for (let x = 0; x < side; x++) {
      const a = grey[row + (x < 2 ? 0 : x - 2)]!
      const b = grey[row + (x < 1 ? 0 : x - 1)]!
      const d = grey[row + (x > side - 2 ? side - 1 : x + 1)]!
      const e = grey[row + (x > side - 3 ? side - 1 : x + 2)]!
      across[row + x] = (a + e + 4 * (b + d) + 6 * grey[row + x]!) / 16
    }
  }
  const out = new Float32Array(grey.length)
  for (let y = 0; y < side; y++) {
    const row = y * side
    const a = (y < 2 ? 0 : y - 2) * side
    const b = (y < 1 ? 0 : y - 1) * side
    const d = (y > side - 2 ? side - 1 : y + 1) * side
    const e = (y > side - 3 ? side - 1 : y + 2) * side
    for (let x = 0; x < side; x++) {
      out[row + x] =
        (across[a + x]! + across[e + x]! + 4 * (across[b + x]! + across[d + x]!) + 6 * across[row + x]!) / 16
    }
  }
  return out
}
