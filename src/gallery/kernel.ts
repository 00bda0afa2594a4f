/**
 * The inner loops of a search, as WebAssembly with 128-bit SIMD. JavaScript alone does one multiplication at a time and
 * widens each number first.
 */
import {
  assemble,
  f32,
  f32x4,
  i32,
  i32x4,
  i64x2,
  loop,
  type Procedure,
  v128,
  variables,
} from '../assembler.ts'

/** Values of a template. */
export const dimensions = 128
/** Bytes of a template in memory; its 8-bit codes take one a value. */
export const rowBytes = dimensions * 4

/** Pages of 64 KiB that a memory may grow to: 4 GiB, the most a 32-bit address reaches. */
export const maxPages = 65_536

/**
 * Dot products of one probe with `count` rows that lie one behind the other.
 * All are byte offsets; `scores` receives `count` float32 values.
 */
export type Dots = (rows: number, count: number, probe: number, scores: number) => void

/**
 * Finds the rows whose cosine may be as large as is asked for (codes.ts has the bound), four at a time.
 *
 * All are byte offsets: of the rows' 8-bit codes and the end of these, of the rows' scales and errors (float32), of the
 * probe's 16-bit codes and, as float32, its scale, its length and what a row's bound must reach, of what receives the rows
 * found. `group` is the number of the first four rows. For each four with a row to look at `found` receives 16 times their
 * number and a bit for each row, then a zero.
 */
export type Sift = (
  codes: number,
  end: number,
  scales: number,
  errors: number,
  probe: number,
  asked: number,
  group: number,
  found: number,
) => void

/** Memory that threads share: every thread instantiates the kernels over the same bytes. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer
  /** @param pages of 64 KiB each */
  grow(pages: number): number
}

/** What is used of WebAssembly, whose types come only with those of the browser. */
interface Api {
  Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { exports: { dots: Dots; sift: Sift } }
}
const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: Api }).WebAssembly

export function createMemory(pages: number): SharedMemory {
  return new Memory({ initial: pages, maximum: maxPages, shared: true })
}

/** Compiles the exact comparison for this thread. @param memory of the templates */
export function createDots(memory: SharedMemory): Dots {
  return instance(memory, dots()).dots
}

/** Compiles the sieve for this thread. @param memory of the codes */
export function createSift(memory: SharedMemory): Sift {
  return instance(memory, sift()).sift
}

function instance(memory: SharedMemory, procedure: Procedure) {
  return new Instance(new Module(assemble([procedure], maxPages)), { env: { memory } }).exports
}

/** Four values at a time into four sums, so that an addition need not wait for the one before; then these together. */
function dots(): Procedure {
  const { types, local } = variables()
  const [rows, count, probe, scores] = [local('i32'), local('i32'), local('i32'), local('i32')]
  const parameters = types.length
  const sums = Array.from({ length: 4 }, () => local('v128'))
  const products = Array.from({ length: dimensions / 4 }, (_, i) => {
    const sum = sums[i % sums.length]!
    const product = f32x4.mul(v128.load(rows.get, i * 16), v128.load(probe.get, i * 16))
    return sum.set(i < sums.length ? product : f32x4.add(sum.get, product))
  })
  const total = sums[0]!
  const lanes = [0, 1, 2, 3].map((lane) => f32x4.extract(total.get, lane))
  const body = loop(count.get, [
    ...products.flat(),
    ...total.set(sums.map((sum) => sum.get).reduce(f32x4.add)),
    ...f32.store(scores.get, lanes.reduce(f32.add)),
    ...rows.set(i32.add(rows.get, i32.constant(rowBytes))),
    ...scores.set(i32.add(scores.get, i32.constant(4))),
    ...count.set(i32.sub(count.get, i32.constant(1))),
  ])
  return { name: 'dots', parameters, types, body }
}

function sift(): Procedure {
  const { types, local } = variables()
  const [codes, end, scales, errors] = [local('i32'), local('i32'), local('i32'), local('i32')]
  const [probe, asked, group, found] = [local('i32'), local('i32'), local('i32'), local('i32')]
  const parameters = types.length
  const [bits, values, probeEnd] = [local('i32'), local('i32'), local('i32')]
  const [scale, length, least, part] = [local('v128'), local('v128'), local('v128'), local('v128')]
  const [a, b, c, d] = [local('v128'), local('v128'), local('v128'), local('v128')]
  const rows = [a, b, c, d]
  // Two steps of eight values at a time: of all sixteen V8 would do the loads first, for which it has no registers.
  const steps = [0, 1].flatMap((step) => [
    ...part.set(v128.load(values.get, step * 16)),
    ...rows.flatMap((sum, row) => {
      const code = v128.loadWidenedSigned(codes.get, row * dimensions + step * 8)
      return sum.set(i32x4.add(sum.get, i32x4.dot(code, part.get)))
    }),
  ])
  const products = [
    ...rows.flatMap((sum) => sum.set(f32x4.splat(0))),
    ...values.set(probe.get),
    ...loop(i32.lessThan(values.get, probeEnd.get), [
      ...steps,
      ...values.set(i32.add(values.get, i32.constant(32))),
      ...codes.set(i32.add(codes.get, i32.constant(16))),
    ]),
  ]
  // Sums of two rows, the four lanes of each already two.
  const pair = (one: typeof a, other: typeof a) =>
    i32x4.add(i32x4.interleaveLow(one.get, other.get), i32x4.interleaveHigh(one.get, other.get))
  const dot = f32x4.fromIntegers(i32x4.add(i64x2.lowOf(a.get, c.get), i64x2.highOf(a.get, c.get)))
  const code = f32x4.mul(f32x4.mul(dot, v128.load(scales.get)), scale.get)
  const bound = f32x4.add(code, f32x4.mul(v128.load(errors.get), length.get))
  const body = [
    ...probeEnd.set(i32.add(probe.get, i32.constant(dimensions * 2))),
    ...scale.set(v128.loadSpread(asked.get, 0)),
    ...length.set(v128.loadSpread(asked.get, 4)),
    ...least.set(v128.loadSpread(asked.get, 8)),
    ...loop(i32.lessThan(codes.get, end.get), [
      ...products,
      ...a.set(pair(a, b)),
      ...c.set(pair(c, d)),
      ...bits.set(i32x4.bits(f32x4.atLeast(bound, least.get))),
      // Written in any case, and kept where there is a bit: a branch would be guessed wrong.
      ...i32.store(found.get, i32.or(i32.shiftLeft(group.get, i32.constant(4)), bits.get)),
      ...found.set(
        i32.add(found.get, i32.shiftLeft(i32.isDifferent(bits.get, i32.constant(0)), i32.constant(2))),
      ),
      // It stands behind the first of the four.
      ...codes.set(i32.add(codes.get, i32.constant(3 * dimensions))),
      ...scales.set(i32.add(scales.get, i32.constant(16))),
      ...errors.set(i32.add(errors.get, i32.constant(16))),
      ...group.set(i32.add(group.get, i32.constant(1))),
    ]),
    ...i32.store(found.get, i32.constant(0)),
  ]
  return { name: 'sift', parameters, types, body }
}
