/**
 * The inner loop of a search, as a WebAssembly module with 128-bit SIMD that is put together here, byte
 * by byte, so that no build step and no binary file stands between the reader and the code that runs.
 * JavaScript alone does one multiplication at a time and widens each float first.
 */

/** Values of a template. */
export const dimensions = 128
/** Bytes of a template in memory. */
export const rowBytes = dimensions * 4
/** Pages of 64 KiB that the memory may grow to: 4 GiB, the most a 32-bit address reaches. */
export const maxPages = 65_536

/**
 * Dot products of one probe with `count` rows that lie one behind the other.
 * All are byte offsets, multiples of 16; `scores` receives `count` float32 values.
 */
export type Dots = (rows: number, count: number, probe: number, scores: number) => void

/** Memory that threads share: every thread instantiates the kernel over the same bytes. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer
  /** @param pages of 64 KiB each */
  grow(pages: number): number
}

/** What is used of WebAssembly, whose types come only with those of the browser. */
interface Api {
  Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { exports: { dots: Dots } }
}
const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: Api }).WebAssembly

export function createMemory(pages: number): SharedMemory {
  return new Memory({ initial: pages, maximum: maxPages, shared: true })
}

/** Compiles the kernel for this thread. */
export function createDots(memory: SharedMemory): Dots {
  return new Instance(new Module(moduleBytes()), { env: { memory } }).exports.dots
}

/** Opcodes, by their names in the WebAssembly specification. */
const op = {
  block: 0x02,
  loop: 0x03,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  localGet: 0x20,
  localSet: 0x21,
  f32Store: 0x38,
  i32Const: 0x41,
  i32Eqz: 0x45,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  f32Add: 0x92,
} as const
const simd = { load: 0x00, f32x4ExtractLane: 0x1f, f32x4Add: 0xe4, f32x4Mul: 0xe6 } as const
const type = { i32: 0x7f, v128: 0x7b, empty: 0x40 } as const

/** Parameters and locals of the function. */
const local = { rows: 0, count: 1, probe: 2, scores: 3, sums: 4 } as const
/** Sums that are kept apart, so that an addition need not wait for the one before. */
const chains = 4

function moduleBytes(): Uint8Array {
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector([[0x60, ...vector([[type.i32], [type.i32], [type.i32], [type.i32]]), 0x00]])),
    // The flag 3 says: shared, with a maximum.
    ...section(2, vector([[...name('env'), ...name('memory'), 0x02, 0x03, 0x01, ...unsigned(maxPages)]])),
    ...section(3, vector([[0x00]])),
    ...section(7, vector([[...name('dots'), 0x00, 0x00]])),
    ...section(10, vector([sized([...vector([[chains, type.v128]]), ...body()])])),
  ])
}

/** while (count != 0) { *scores = dot(rows, probe); rows += rowBytes; scores += 4; count -= 1 } */
function body(): number[] {
  return [
    ...[op.block, type.empty, op.loop, type.empty],
    ...[op.localGet, local.count, op.i32Eqz, op.brIf, 1],
    ...dot(),
    ...step(local.rows, op.i32Add, rowBytes),
    ...step(local.scores, op.i32Add, 4),
    ...step(local.count, op.i32Sub, 1),
    ...[op.br, 0, op.end, op.end, op.end],
  ]
}

/** One row, unrolled: four values at a time into four sums, then the sums together. */
function dot(): number[] {
  const code: number[] = []
  for (let i = 0; i < dimensions / 4; i++) {
    const sum = local.sums + (i % chains)
    const product = [
      ...[op.localGet, local.rows, ...vectorLoad(i * 16)],
      ...[op.localGet, local.probe, ...vectorLoad(i * 16)],
      ...vectorOp(simd.f32x4Mul),
    ]
    code.push(...(i < chains ? product : [op.localGet, sum, ...product, ...vectorOp(simd.f32x4Add)]))
    code.push(op.localSet, sum)
  }
  code.push(op.localGet, local.scores, op.localGet, local.sums)
  for (let i = 1; i < chains; i++) code.push(op.localGet, local.sums + i, ...vectorOp(simd.f32x4Add))
  code.push(op.localSet, local.sums)
  for (let lane = 0; lane < 4; lane++) {
    code.push(op.localGet, local.sums, ...vectorOp(simd.f32x4ExtractLane), lane)
    if (lane > 0) code.push(op.f32Add)
  }
  code.push(op.f32Store, 2, 0)
  return code
}

const vectorOp = (code: number) => [0xfd, ...unsigned(code)]
/** Alignment 2^4 bytes. */
const vectorLoad = (offset: number) => [...vectorOp(simd.load), 4, ...unsigned(offset)]
const step = (index: number, operation: number, by: number) => [
  ...[op.localGet, index, op.i32Const, ...signed(by), operation, op.localSet, index],
]
const section = (id: number, content: number[]) => [id, ...sized(content)]
const sized = (content: number[]) => [...unsigned(content.length), ...content]
const vector = (items: number[][]) => [...unsigned(items.length), ...items.flat()]
const name = (text: string) => sized([...Buffer.from(text)])

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

/** Signed LEB128 of a number that is not negative: its last byte must leave the sign bit clear. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)]
}
