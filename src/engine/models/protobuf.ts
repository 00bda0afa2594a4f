/** The few protobuf wire types that an ONNX file needs, written without a schema compiler. */

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
