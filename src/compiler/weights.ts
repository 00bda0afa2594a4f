/** Reads the weight manifests that TensorFlow.js graph models and face-api's nets share. */
import type { Tensor } from './onnx.ts'

interface ManifestEntry {
  name: string
  shape: number[]
  dtype: string
  quantization?: { dtype: string; scale?: number; min?: number }
}

export type WeightsManifest = { paths: string[]; weights: ManifestEntry[] }[]

/** Every weight by name; floats as float32, int32 widened to int64 because ONNX wants its shapes so. */
export type Weights = Map<string, Tensor>

/**
 * Cuts a weight file into tensors and undoes the quantisation (float16, or uint8/uint16 with scale and min).
 * @param manifest the `weightsManifest` of a graph model, or the whole file of a face-api net
 * @param bytes the manifest's weight files, one after the other
 * @throws RangeError when the bytes end before the manifest does
 */
export function readWeights(manifest: WeightsManifest, bytes: Uint8Array): Weights {
  // A copy starts at offset 0, so that typed arrays of any width may be laid over it.
  const buffer = new Uint8Array(bytes).buffer
  const weights: Weights = new Map()
  let offset = 0
  for (const entry of manifest.flatMap((group) => group.weights)) {
    const count = entry.shape.reduce((product, size) => product * size, 1)
    const stored = entry.quantization?.dtype ?? entry.dtype
    const width = { float32: 4, int32: 4, float16: 2, uint16: 2, uint8: 1 }[stored]
    if (width === undefined) throw new TypeError(`Expected a known weight type but received ${stored}`)
    // slice, not subarray: float16 and uint8 runs leave the next tensor unaligned.
    const raw = buffer.slice(offset, offset + count * width)
    if (raw.byteLength !== count * width) throw new RangeError(`The weights end inside ${entry.name}`)
    weights.set(entry.name, { shape: entry.shape, data: toNumbers(raw, stored, entry) })
    offset += count * width
  }
  return weights
}

function toNumbers(raw: ArrayBuffer, stored: string, entry: ManifestEntry): Tensor['data'] {
  const { scale = 1, min = 0 } = entry.quantization ?? {}
  const integers = entry.dtype === 'int32'
  if (stored === 'float32') return new Float32Array(raw)
  if (stored === 'float16') return Float32Array.from(new Uint16Array(raw), halfToFloat)
  const codes =
    stored === 'int32'
      ? new Int32Array(raw)
      : stored === 'uint16'
        ? new Uint16Array(raw)
        : new Uint8Array(raw)
  if (integers) return BigInt64Array.from(Array.from(codes, (code) => BigInt(Math.round(code * scale + min))))
  return Float32Array.from(codes, (code) => code * scale + min)
}

/** IEEE 754 half precision, including subnormal numbers. */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
