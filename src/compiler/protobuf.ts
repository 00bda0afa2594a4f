/** The few protobuf wire types that an ONNX file needs, written and read without a schema compiler. */

/** Grows a list of byte chunks; nested messages are encoded first, because their length stands before them. */
export interface MessageWriter {
  /** Variable-length integer, 0 .. 2^53. */
  integer(field: number, value: number): void
  text(field: number, value: string): void
  /** The bytes are kept by reference until `finish`. */
  bytes(field: number, value: Uint8Array): void
  message(field: number, write: (message: MessageWriter) => void): void
  /** @returns every chunk in order; their sum is the encoded message */
  finish(): Uint8Array[]
}

const VARINT = 0
const LENGTH_DELIMITED = 2

/** @returns an empty protobuf message that fields can be written into in any order */
export function messageWriter(): MessageWriter {
  const chunks: Uint8Array[] = []
  const bytes = (field: number, value: Uint8Array) => {
    chunks.push(varint(field * 8 + LENGTH_DELIMITED), varint(value.byteLength), value)
  }
  return {
    integer: (field, value) => {
      chunks.push(varint(field * 8 + VARINT), varint(value))
    },
    text: (field, value) => bytes(field, new TextEncoder().encode(value)),
    bytes,
    message: (field, write) => {
      const inner = messageWriter()
      write(inner)
      const parts = inner.finish()
      const length = parts.reduce((sum, part) => sum + part.byteLength, 0)
      chunks.push(varint(field * 8 + LENGTH_DELIMITED), varint(length), ...parts)
    },
    finish: () => chunks,
  }
}

function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value)) throw new RangeError(`Expected a safe integer but received ${value}`)
  // Negative integers travel as ten bytes of two's complement.
  let rest = value < 0 ? BigInt.asUintN(64, BigInt(value)) : BigInt(value)
  const out: number[] = []
  do {
    const more = rest > 127n
    out.push(Number(rest & 127n) | (more ? 128 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Uint8Array.from(out)
}

/** A message's fields by number. One that is absent reads as 0, '' or no bytes, as protobuf has it. */
export interface Message {
  integer(field: number): number
  /** A repeated integer, packed or not. */
  integers(field: number): number[]
  text(field: number): string
  texts(field: number): string[]
  /** A view of the message's own bytes. */
  bytes(field: number): Uint8Array
  message(field: number): Message
  messages(field: number): Message[]
}

const FIXED64 = 1
const FIXED32 = 5

/** @throws RangeError for bytes that are no message: cut short, or of a wire type that is not in use */
export function readMessage(bytes: Uint8Array): Message {
  const fields = new Map<number, (number | Uint8Array)[]>()
  const reader = byteReader(bytes)
  while (!reader.done()) {
    const key = reader.varint()
    const field = Math.floor(key / 8)
    const values = fields.get(field) ?? []
    fields.set(field, values)
    const type = key % 8
    if (type === VARINT) values.push(reader.varint())
    else if (type === LENGTH_DELIMITED) values.push(reader.take(reader.varint()))
    else if (type === FIXED64) values.push(reader.take(8))
    else if (type === FIXED32) values.push(reader.take(4))
    else throw new RangeError(`Expected a known wire type but received ${type}`)
  }
  const chunks = (field: number) => (fields.get(field) ?? []).filter((value) => typeof value !== 'number')
  const texts = (field: number) => chunks(field).map((chunk) => new TextDecoder().decode(chunk))
  const messages = (field: number) => chunks(field).map(readMessage)
  const integers = (field: number) =>
    (fields.get(field) ?? []).flatMap((value) => (typeof value === 'number' ? value : unpack(value)))
  return {
    integer: (field) => integers(field).at(-1) ?? 0,
    integers,
    text: (field) => texts(field).at(-1) ?? '',
    texts,
    bytes: (field) => chunks(field).at(-1) ?? new Uint8Array(),
    message: (field) => messages(field).at(-1) ?? readMessage(new Uint8Array()),
    messages,
  }
}

function unpack(bytes: Uint8Array): number[] {
  const reader = byteReader(bytes)
  const values: number[] = []
  while (!reader.done()) values.push(reader.varint())
  return values
}

function byteReader(bytes: Uint8Array) {
  let position = 0
  const take = (length: number) => {
    if (position + length > bytes.length)
      throw new RangeError('Expected more bytes: the message is cut short')
    position += length
    return bytes.subarray(position - length, position)
  }
  return {
    done: () => position === bytes.length,
    take,
    /** Negative integers come as ten bytes of two's complement. */
    varint: () => {
      let value = 0n
      for (let shift = 0n; ; shift += 7n) {
        const [byte] = take(1) as unknown as [number]
        value |= BigInt(byte & 127) << shift
        if (byte < 128) return Number(BigInt.asIntN(64, value))
        if (shift > 63n) throw new RangeError('Expected an integer of ten bytes at most')
      }
    },
  }
}
