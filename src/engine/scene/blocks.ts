/** Square blocks of a grey picture, and where they are found again in another one. */

/** A square of grey values; where `known` is 0 there is no picture. */
export interface Grey {
  side: number
  values: Float32Array
  known: Uint8Array
}

export interface Match {
  /** Middle of the block in pixels. */
  x: number
  y: number
  /** Where it is found, relative to where it was. */
  dx: number
  dy: number
  /** Correlation of the two, -1..1; 1 for copies. */
  likeness: number
}

interface Search {
  /** Side of a block, and the distance between blocks, in pixels. */
  block: number
  step: number
  /** How far around its own place a block is looked for, in pixels. */
  reach: number
  /** Least standard deviation of the grey values of a block that says anything. */
  contrast: number
}

/**
 * Finds the blocks of `first` whose middle is `wanted` in `second`. One that would lie beyond the edge of the second
 * picture is left out: sought elsewhere it would pass for something that has moved.
 */
export function matchBlocks(
  first: Grey,
  second: Grey,
  { block, step, reach, contrast }: Search,
  wanted: (x: number, y: number) => boolean,
): Match[] {
  const matches: Match[] = []
  const last = first.side - block
  for (let y = 0; y <= last; y += step) {
    for (let x = 0; x <= last; x += step) {
      if (!wanted(x + block / 2, y + block / 2)) continue
      const own = describe(first, x, y, block)
      if (own.deviation < contrast || !isThere(second, x, y, block)) continue
      let best: Match | null = null
      for (let dy = -Math.min(reach, y); dy <= Math.min(reach, last - y); dy++) {
        for (let dx = -Math.min(reach, x); dx <= Math.min(reach, last - x); dx++) {
          const likeness = correlate(first, second, x, y, x + dx, y + dy, block, own)
          if (likeness > (best?.likeness ?? -1))
            best = { x: x + block / 2, y: y + block / 2, dx, dy, likeness }
        }
      }
      if (best) matches.push(best)
    }
  }
  return matches
}

interface Description {
  mean: number
  /** 0 where a part of the block is no picture. */
  deviation: number
}

function describe({ side, values, known }: Grey, left: number, top: number, block: number): Description {
  let [sum, squares] = [0, 0]
  for (let y = top; y < top + block; y++) {
    for (let at = y * side + left; at < y * side + left + block; at++) {
      if (!known[at]) return { mean: 0, deviation: 0 }
      sum += values[at]!
      squares += values[at]! ** 2
    }
  }
  const mean = sum / block ** 2
  return { mean, deviation: Math.sqrt(Math.max(0, squares / block ** 2 - mean ** 2)) }
}

/** -1 where the second block is flat or no picture at a corner. */
function correlate(
  first: Grey,
  second: Grey,
  left: number,
  top: number,
  otherLeft: number,
  otherTop: number,
  block: number,
  own: Description,
): number {
  if (!isThere(second, otherLeft, otherTop, block)) return -1
  const { side } = first
  const start = otherTop * side + otherLeft
  const [a, b] = [first.values, second.values]
  let [product, sum, squares] = [0, 0, 0]
  for (let row = 0; row < block; row++) {
    let from = (top + row) * side + left
    let to = start + row * side
    for (const until = from + block; from < until; from++, to++) {
      const value = b[to]!
      product += a[from]! * value
      sum += value
      squares += value * value
    }
  }
  const count = block ** 2
  const mean = sum / count
  const deviation = Math.sqrt(Math.max(0, squares / count - mean ** 2))
  return deviation < 0.8 ? -1 : (product / count - own.mean * mean) / (own.deviation * deviation)
}

/** Do all corners of a block lie in the picture? */
function isThere({ side, known }: Grey, left: number, top: number, block: number): boolean {
  const start = top * side + left
  const end = block - 1
  return !!(
    known[start] &&
    known[start + end] &&
    known[start + end * side] &&
    known[start + end * (side + 1)]
  )
}

/** The same at half the size. */
export function halved({ side, values, known }: Grey): Grey {
  const small = {
    side: side / 2,
    values: new Float32Array(values.length / 4),
    known: new Uint8Array(known.length / 4),
  }
  for (let y = 0, at = 0; y < small.side; y++) {
    for (let x = 0; x < small.side; x++, at++) {
      const from = 2 * y * side + 2 * x
      const four = [from, from + 1, from + side, from + side + 1] as const
      small.values[at] = four.reduce((sum, index) => sum + values[index]!, 0) / 4
      small.known[at] = four.every((index) => known[index]) ? 1 : 0
    }
  }
  return small
}
