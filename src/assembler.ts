/**
 * The few WebAssembly instructions that our kernels (of pictures, of galleries) are written in, each a function from
 * operands to bytes: the code reads as expressions, and neither a build step nor a binary file stands between the reader
 * and what runs.
 */

/** Encoded instructions that leave a value on the stack, or none. */
export type Code = readonly number[]

export type ValueType = 'i32' | 'f64' | 'v128'

const typeBytes: Record<ValueType, number> = { i32: 0x7f, f64: 0x7c, v128: 0x7b }

/** A local variable or parameter of a function. */
export interface Local {
  get: Code
  set(value: Code): Code
}

/** A function that gives nothing back. */
export interface Procedure {
  name: string
  /** How many of its variables are parameters. */
  parameters: number
  types: readonly ValueType[]
  body: Code
}

/** Numbers a procedure's variables in the order in which they are asked for: parameters first. */
export function variables(): { types: readonly ValueType[]; local(type: ValueType): Local } {
  const types: ValueType[] = []
  const local = (type: ValueType): Local => {
    const index = unsigned(types.push(type) - 1)
    return { get: [0x20, ...index], set: (value) => [...value, 0x21, ...index] }
  }
  return { types, local }
}

const binary =
  (...opcode: number[]) =>
  (a: Code, b: Code): Code => [...a, ...b, ...opcode]
const unary =
  (...opcode: number[]) =>
  (a: Code): Code => [...a, ...opcode]
const simd = (code: number) => [0xfd, ...unsigned(code)]
/** An access to memory at a constant distance from an address; the alignment is a hint, and none is promised. */
const access = (opcode: readonly number[], offset: number) => [...opcode, 0, ...unsigned(offset)]

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: binary(0x6a),
  sub: binary(0x6b),
  shiftLeft: binary(0x74),
  lessThan: binary(0x48),
  isDifferent: binary(0x47),
  or: binary(0x72),
  load: (address: Code, offset = 0): Code => [...address, ...access([0x28], offset)],
  store: (address: Code, value: Code): Code => [...address, ...value, ...access([0x36], 0)],
}

export const f32 = {
  add: binary(0x92),
  store: (address: Code, value: Code): Code => [...address, ...value, ...access([0x38], 0)],
}

export const f64 = {
  fromInteger: unary(0xb7),
}

export const v128 = {
  /** Eight bytes from memory, each widened to 16 bits. */
  loadWidened: (address: Code, offset = 0): Code => [...address, ...access(simd(0x02), offset)],
  /** The same of bytes with a sign. */
  loadWidenedSigned: (address: Code, offset = 0): Code => [...address, ...access(simd(0x01), offset)],
  /** Four bytes from memory, four times. */
  loadSpread: (address: Code, offset = 0): Code => [...address, ...access(simd(0x09), offset)],
  store: (address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    ...access(simd(0x0b), offset),
  ],
  /** Writes one 32-bit lane of a vector. */
  storeLane: (address: Code, value: Code, lane: number): Code => [
    ...address,
    ...value,
    ...access(simd(0x5a), 0),
    lane,
  ],
  load: (address: Code, offset = 0): Code => [...address, ...access(simd(0x00), offset)],
  /** Eight bytes from memory, twice. */
  loadDoubled: (address: Code, offset = 0): Code => [...address, ...access(simd(0x0a), offset)],
  /** Eight bytes from memory; the upper half of the vector is zero. */
  loadHalf: (address: Code): Code => [...address, ...access(simd(0x5d), 0)],
  and: binary(...simd(0x4e)),
  or: binary(...simd(0x50)),
  /** Bytes of two vectors by number: 0..15 of the first, 16..31 of the second. */
  shuffle: (a: Code, b: Code, lanes: readonly number[]): Code => [...a, ...b, ...simd(0x0d), ...lanes],
}

export const i8x16 = {
  interleaveLow: (a: Code, b: Code): Code =>
    v128.shuffle(a, b, [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23]),
}

export const i16x8 = {
  splat: unary(...simd(0x10)),
  add: binary(...simd(0x8e)),
  /** The lower eight bytes of a vector, each as 16 bits; then the upper eight. */
  widenLow: unary(...simd(0x89)),
  widenHigh: unary(...simd(0x8a)),
  mul: binary(...simd(0x95)),
  /** Without sign. */
  shiftRight: binary(...simd(0x8d)),
  /** Two vectors to one of bytes, 0..255. */
  narrow: binary(...simd(0x66)),
}

export const i32x4 = {
  splat: unary(...simd(0x11)),
  extract: (a: Code, lane: number): Code => [...a, ...simd(0x1b), lane],
  /** One lane four times. */
  spread: (a: Code, lane: number): Code => v128.shuffle(a, a, lanes([lane, lane, lane, lane], 4)),
  interleaveLow: (a: Code, b: Code): Code => v128.shuffle(a, b, lanes([0, 4, 1, 5], 4)),
  interleaveHigh: (a: Code, b: Code): Code => v128.shuffle(a, b, lanes([2, 6, 3, 7], 4)),
  shiftLeft: binary(...simd(0xab)),
  /** Keeps the sign. */
  shiftRight: binary(...simd(0xac)),
  add: binary(...simd(0xae)),
  sub: binary(...simd(0xb1)),
  mul: binary(...simd(0xb5)),
  /** Products of neighbouring 16-bit lanes, added in pairs. */
  dot: binary(...simd(0xba)),
  /** One bit for each lane, the first one's lowest: whether it is negative, as of a comparison that is true. */
  bits: unary(...simd(0xa4)),
}

export const i64x2 = {
  lowOf: (a: Code, b: Code): Code => v128.shuffle(a, b, lanes([0, 2], 8)),
  highOf: (a: Code, b: Code): Code => v128.shuffle(a, b, lanes([1, 3], 8)),
}

export const f64x2 = {
  splat: unary(...simd(0x14)),
  pair: (first: Code, second: Code): Code => [...f64x2.splat(first), ...second, ...simd(0x22), 1],
  add: binary(...simd(0xf0)),
  mul: binary(...simd(0xf2)),
  /** The lesser of each two; neither is to be NaN. */
  least: binary(...simd(0xf6)),
  /** Towards zero, to the lower two of four integers; numbers beyond the range become its ends. */
  truncate: unary(...simd(0xfc)),
}

export const f32x4 = {
  /** Four times the same number. */
  splat: (value: number): Code => [...simd(0x0c), ...bytesOf(new Float32Array(4).fill(value))],
  fromIntegers: unary(...simd(0xfa)),
  add: binary(...simd(0xe4)),
  mul: binary(...simd(0xe6)),
  /** All bits of a lane where the first is the second or more. */
  atLeast: binary(...simd(0x46)),
  extract: (a: Code, lane: number): Code => [...a, ...simd(0x1f), lane],
}

/** Repeats `body` as long as `condition`, checked before each round, is not zero. */
export function loop(condition: Code, body: Code): Code {
  const leave = [...condition, 0x45, 0x0d, 1]
  return [0x02, 0x40, 0x03, 0x40, ...leave, ...body, 0x0c, 0, 0x0b, 0x0b]
}

/**
 * A module of these procedures over an imported memory, `env.memory`.
 * @param sharedPages the maximum of a memory that threads share; absent: the memory belongs to one
 */
export function assemble(procedures: readonly Procedure[], sharedPages?: number): Uint8Array<ArrayBuffer> {
  const limits = sharedPages === undefined ? [0x00, 0x01] : [0x03, 0x01, ...unsigned(sharedPages)]
  const kinds = (types: readonly ValueType[]) => types.map((type) => [typeBytes[type]])
  const signatures = procedures.map(({ types, parameters }) => {
    return [0x60, ...list(kinds(types.slice(0, parameters))), 0]
  })
  const bodies = procedures.map(({ types, parameters, body }) => {
    const locals = kinds(types.slice(parameters)).map((type) => [1, ...type])
    return sized([...list(locals), ...body, 0x0b])
  })
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, signatures),
    ...section(2, [[...text('env'), ...text('memory'), 0x02, ...limits]]),
    ...section(
      3,
      procedures.map((_, index) => unsigned(index)),
    ),
    ...section(
      7,
      procedures.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]),
    ),
    ...section(10, bodies),
  ])
}

const section = (id: number, items: readonly (readonly number[])[]) => [id, ...sized(list(items))]
const list = (items: readonly (readonly number[])[]) => [...unsigned(items.length), ...items.flat()]
const sized = (content: readonly number[]) => [...unsigned(content.length), ...content]
const text = (value: string) => sized([...Buffer.from(value)])

/** Numbers of the bytes that make up these lanes. */
const lanes = (numbers: readonly number[], bytes: number) =>
  numbers.flatMap((lane) => Array.from({ length: bytes }, (_, byte) => lane * bytes + byte))
const bytesOf = (numbers: Float32Array | Float64Array) => [...new Uint8Array(numbers.buffer)]

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

/** Signed LEB128 of a 32-bit number. */
function signed(value: number): number[] {
  const last = value >= -0x40 && value < 0x40
  return last ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)]
}
