/**
 * The inner loops of warping and halving in WebAssembly with 128-bit SIMD: a pixel's four channels go through one
 * instruction together, where JavaScript takes them apart first. Both give the same bits as the formulas beside them.
 */
import {
  assemble,
  type Code,
  f32x4,
  f64,
  f64x2,
  i8x16,
  i16x8,
  i32,
  i32x4,
  i64x2,
  loop,
  v128,
  variables,
} from '../../assembler.ts'

interface Exports {
  /** One sample for each of the target's pixels that the rows name. Parameters: see `samplerVariables`. */
  point(...values: number[]): void
  /** The mean of four samples each. */
  quarter(...values: number[]): void
  /** Means of 2x2 pixels: rows `upper` and `lower` to `out`, four at a time until `end` is reached. All are addresses. */
  halve(upper: number, lower: number, out: number, end: number): void
}

/** What is used of WebAssembly, whose types come only with those of the browser. */
interface Memory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}
interface Api {
  Memory: new (limits: { initial: number }) => Memory
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { exports: Exports }
}
const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: Api }).WebAssembly

export interface Kernel extends Exports {
  /**
   * Its memory, at least so many words of it, with what is in it; word `i` has the address 4 * i. Views taken before
   * are empty once it had to grow.
   */
  memory(words: number): Int32Array
}

const pageBytes = 65_536

/**
 * A kernel with a memory of its own. In it lie, one behind the other, the distances, the halved copies of one picture
 * (mip.ts) and scratch memory for what one call takes and gives.
 */
export function createKernel(): Kernel {
  const memory = new Memory({ initial: 1 })
  let words = new Int32Array(memory.buffer)
  return {
    ...new Instance(module, { env: { memory } }).exports,
    memory: (min) => {
      const missing = Math.ceil((4 * min - words.byteLength) / pageBytes)
      if (missing > 0) {
        memory.grow(missing)
        words = new Int32Array(memory.buffer)
      }
      return words
    },
  }
}

/** Words at the start of the memory where `quarter` finds the four points' distances: four times x, four times y. */
export const distanceWords = 8
/** Four pixels are finished at a time, which may be three too many: so many words must follow each plane. */
export const slackWords = 4
/**
 * Words that describe one target row to the samplers: x and y of its first sample, in 1/256 of a source pixel (doubles); the
 * first of its pixels to sample and the one behind the last (integers, from `rowStretch` on).
 */
export const rowWords = 6
export const rowStretch = 4

/**
 * Parameters of both samplers: row and end (addresses of the first target row's words and of those behind the last);
 * dx, dy (doubles: the step from one target pixel to the next, in 1/256 of a source pixel); source and stride (address of
 * the source's pixel 0, 0, and bytes from row to row); red, green, blue (addresses of the first target row in each plane)
 * and width (bytes of a target row).
 */
function samplerVariables() {
  const { types, local } = variables()
  const [row, rowsEnd] = [local('i32'), local('i32')]
  const [dx, dy] = [local('f64'), local('f64')]
  const [source, stride] = [local('i32'), local('i32')]
  const planes = [local('i32'), local('i32'), local('i32')]
  const width = local('i32')
  const parameters = types.length
  const [u, end] = [local('i32'), local('i32')]
  const at = (plane: number) => i32.add(planes[plane]!.get, i32.shiftLeft(u.get, i32.constant(2)))
  // Set once, before the loop: the engine does not take constants out of it by itself.
  const constant = (value: Code) => {
    const kept = local('v128')
    return { get: kept.get, code: kept.set(value) }
  }
  /** The whole of a sampler: what comes first, what comes first in each row, and a step within the row. */
  const overRows = (first: Code, inRow: Code, step: Code): Code => [
    ...first,
    ...loop(i32.lessThan(row.get, rowsEnd.get), [
      ...u.set(i32.load(row.get, 4 * rowStretch)),
      ...end.set(i32.load(row.get, 4 * rowStretch + 4)),
      ...inRow,
      ...loop(i32.lessThan(u.get, end.get), step),
      ...planes.flatMap((plane) => plane.set(i32.add(plane.get, width.get))),
      ...row.set(i32.add(row.get, i32.constant(4 * rowWords))),
    ]),
  ]
  return { types, local, constant, overRows, parameters, row, u, end, dx, dy, source, stride, at }
}

type SamplerVariables = ReturnType<typeof samplerVariables>

/** One bilinear sample for each target pixel, four pixels at a time. */
function pointSampler() {
  const given = samplerVariables()
  const { types, local, constant, overRows, parameters, row, u, end, at } = given
  const four = fourSamples(given)
  const steps = [given.dx, given.dy].map((each) => constant(f64x2.splat(each.get)))
  const [dx, dy] = steps.map((each) => each.get) as [Code, Code]
  const scale = constant(f32x4.splat(1 / 256))
  const [x, y, last, low, high] = [local('v128'), local('v128'), local('v128'), local('v128'), local('v128')]
  const column = (ahead: number) => f64.fromInteger(i32.add(u.get, i32.constant(ahead)))
  const columns = (ahead: number) => f64x2.least(f64x2.pair(column(ahead), column(ahead + 1)), last.get)
  const fixed = (start: Code, step: Code, columns: Code) =>
    f64x2.truncate(f64x2.add(start, f64x2.mul(step, columns)))
  const positions = (start: Code, step: Code) =>
    i64x2.lowOf(fixed(start, step, low.get), fixed(start, step, high.get))
  const [a, b, c, d] = four.sums.map((sum) => sum.get) as [Code, Code, Code, Code]
  const scaled = (sums: Code) => f32x4.mul(f32x4.fromIntegers(sums), scale.get)
  const body = overRows(
    [...four.constants, ...steps, scale].flatMap(({ code }) => code),
    [
      ...x.set(v128.loadDoubled(row.get, 0)),
      ...y.set(v128.loadDoubled(row.get, 8)),
      ...last.set(f64x2.splat(f64.fromInteger(i32.sub(end.get, i32.constant(1))))),
    ],
    [
      // Beyond the end the last pixel is repeated, so that nothing outside the source is read.
      ...low.set(columns(0)),
      ...high.set(columns(2)),
      ...four.at(positions(x.get, dx), positions(y.get, dy)),
      ...low.set(i32x4.interleaveLow(a, b)),
      ...high.set(i32x4.interleaveLow(c, d)),
      ...v128.store(at(0), scaled(i64x2.lowOf(low.get, high.get))),
      ...v128.store(at(1), scaled(i64x2.highOf(low.get, high.get))),
      ...v128.store(at(2), scaled(i64x2.lowOf(i32x4.interleaveHigh(a, b), i32x4.interleaveHigh(c, d)))),
      ...u.set(i32.add(u.get, i32.constant(4))),
    ],
  )
  return { name: 'point', parameters, types, body }
}

/** The mean of four bilinear samples for each target pixel. */
function quarterSampler() {
  const given = samplerVariables()
  const { types, local, constant, overRows, parameters, row, u, dx, dy, at } = given
  const four = fourSamples(given)
  const across = constant(v128.load(i32.constant(0)))
  const down = constant(v128.load(i32.constant(16)))
  const scale = constant(f32x4.splat(1 / 1024))
  const step = constant(f64x2.pair(dx.get, dy.get))
  const [start, place, sum] = [local('v128'), local('v128'), local('v128')]
  const column = f64x2.splat(f64.fromInteger(u.get))
  const positions = (lane: number, distances: Code) => i32x4.add(i32x4.spread(place.get, lane), distances)
  const [a, b, c, d] = four.sums.map((each) => each.get) as [Code, Code, Code, Code]
  const body = overRows(
    [...four.constants, across, down, step, scale].flatMap(({ code }) => code),
    start.set(v128.load(row.get)),
    [
      ...place.set(f64x2.truncate(f64x2.add(start.get, f64x2.mul(step.get, column)))),
      ...four.at(positions(0, across.get), positions(1, down.get)),
      ...sum.set(i32x4.add(i32x4.add(a, b), i32x4.add(c, d))),
      ...sum.set(f32x4.mul(f32x4.fromIntegers(sum.get), scale.get)),
      ...[0, 1, 2].flatMap((plane) => v128.storeLane(at(plane), sum.get, plane)),
      ...u.set(i32.add(u.get, i32.constant(1))),
    ],
  )
  return { name: 'quarter', parameters, types, body }
}

/**
 * Four bilinear samples in fixed point, positions and weights in 1/256. A sum holds the four channels of one sample
 * as 32-bit integers, 256 times their values.
 */
function fourSamples({ local, constant, source, stride }: SamplerVariables) {
  const below = constant(i32x4.splat(i32.constant(255)))
  const one = constant(i32x4.splat(i32.constant(256)))
  const [x, y, fx, fy, both] = [local('v128'), local('v128'), local('v128'), local('v128'), local('v128')]
  const [left, right, from] = [local('v128'), local('v128'), local('v128')]
  const pairs = local('v128')
  const address = local('i32')
  const sums = [local('v128'), local('v128'), local('v128'), local('v128')]
  const whole = (position: Code) => i32x4.shiftRight(position, i32.constant(8))
  // The weights of an upper and a lower neighbour in the two halves of a lane.
  const pair = (above: Code, under: Code) => v128.or(above, i32x4.shiftLeft(under, i32.constant(16)))
  const at = (xs: Code, ys: Code): Code => [
    ...x.set(xs),
    ...y.set(ys),
    ...fx.set(v128.and(x.get, below.get)),
    ...fy.set(v128.and(y.get, below.get)),
    // Below 2^16, so that the product of the lanes' halves is that of the lanes.
    ...both.set(i16x8.shiftRight(i16x8.mul(fx.get, fy.get), i32.constant(8))),
    ...fy.set(i32x4.sub(fy.get, both.get)),
    ...left.set(pair(i32x4.sub(i32x4.sub(one.get, fx.get), fy.get), fy.get)),
    ...right.set(pair(i32x4.sub(fx.get, both.get), both.get)),
    ...from.set(
      i32x4.add(
        i32x4.mul(whole(y.get), i32x4.splat(stride.get)),
        i32x4.shiftLeft(whole(x.get), i32.constant(2)),
      ),
    ),
    ...sums.flatMap((sum, lane) => [
      ...address.set(i32.add(source.get, i32x4.extract(from.get, lane))),
      ...pairs.set(
        i8x16.interleaveLow(v128.loadHalf(address.get), v128.loadHalf(i32.add(address.get, stride.get))),
      ),
      ...sum.set(
        i32x4.add(
          i32x4.dot(i16x8.widenLow(pairs.get), i32x4.spread(left.get, lane)),
          i32x4.dot(i16x8.widenHigh(pairs.get), i32x4.spread(right.get, lane)),
        ),
      ),
    ]),
  ]
  return { constants: [below, one], at, sums }
}

/** (p + q + r + s + 2) >> 2 in each channel, four target pixels at a time; the unused byte becomes 255. */
function halving() {
  const { types, local } = variables()
  const [upper, lower, out, end] = [local('i32'), local('i32'), local('i32'), local('i32')]
  const parameters = types.length
  const columns = [local('v128'), local('v128'), local('v128'), local('v128')]
  const halves = [0, 1].map((half) => {
    const [one, other] = [columns[2 * half]!.get, columns[2 * half + 1]!.get]
    const [first, second] = [
      [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23],
      [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31],
    ] as const
    const sum = i16x8.add(v128.shuffle(one, other, first), v128.shuffle(one, other, second))
    return i16x8.shiftRight(i16x8.add(sum, i16x8.splat(i32.constant(2))), i32.constant(2))
  })
  const opaque = i32x4.splat(i32.constant(0xff000000 | 0))
  const move = (pointer: typeof upper, bytes: number) =>
    pointer.set(i32.add(pointer.get, i32.constant(bytes)))
  const body = loop(i32.lessThan(out.get, end.get), [
    ...columns.flatMap((column, index) =>
      column.set(i16x8.add(v128.loadWidened(upper.get, 8 * index), v128.loadWidened(lower.get, 8 * index))),
    ),
    ...v128.store(out.get, v128.or(i16x8.narrow(halves[0]!, halves[1]!), opaque)),
    ...move(upper, 32),
    ...move(lower, 32),
    ...move(out, 16),
  ])
  return { name: 'halve', parameters, types, body }
}

/** Compiled once for all kernels. */
const module = new Module(assemble([pointSampler(), quarterSampler(), halving()]))
