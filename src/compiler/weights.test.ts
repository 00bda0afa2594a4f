import { expect, it } from 'vitest'
import { readWeights } from './weights.ts'

const entry = (name: string, shape: number[], dtype: string, quantization?: object) => ({
  name,
  shape,
  dtype,
  ...(quantization && { quantization: quantization as { dtype: string } }),
})
const manifest = (...weights: ReturnType<typeof entry>[]) => [{ paths: ['weights.bin'], weights }]

it('reads half precision: ordinary, negative, subnormal, zero and infinite', () => {
  const codes = Uint16Array.from([0x3c00, 0xc000, 0x3555, 0x0001, 0x0000, 0x7c00, 0x7bff])
  const weights = readWeights(
    manifest(entry('w', [7], 'float32', { dtype: 'float16' })),
    new Uint8Array(codes.buffer),
  )
  const expected = [1, -2, 0.333251953125, 2 ** -24, 0, Number.POSITIVE_INFINITY, 65504]
  expect(Array.from(weights.get('w')?.data as Float32Array)).toEqual(expected)
})

it('undoes uint8 quantisation with scale and minimum', () => {
  const weights = readWeights(
    manifest(entry('w', [3], 'float32', { dtype: 'uint8', scale: 0.5, min: -1 })),
    Uint8Array.of(0, 1, 255),
  )
  expect(Array.from(weights.get('w')?.data as Float32Array)).toEqual([-1, -0.5, 126.5])
})

it('finds each tensor behind the ones before it, whatever their width and alignment', () => {
  const bytes = new Uint8Array(3 + 4 + 4)
  bytes.set([1, 2, 3])
  new DataView(bytes.buffer).setFloat32(3, 1.5, true)
  new DataView(bytes.buffer).setInt32(7, -7, true)
  const weights = readWeights(
    manifest(
      entry('odd', [3], 'float32', { dtype: 'uint8', scale: 1, min: 0 }),
      entry('scalar', [], 'float32'),
      entry('shape', [1], 'int32'),
    ),
    bytes,
  )
  expect(Array.from(weights.get('odd')?.data as Float32Array)).toEqual([1, 2, 3])
  expect(Array.from(weights.get('scalar')?.data as Float32Array)).toEqual([1.5])
  expect(Array.from(weights.get('shape')?.data as BigInt64Array)).toEqual([-7n])
})

it('refuses weights that end too early, and types it does not know', () => {
  expect(() => readWeights(manifest(entry('w', [4], 'float32')), new Uint8Array(15))).toThrow(RangeError)
  expect(() => readWeights(manifest(entry('w', [1], 'complex64')), new Uint8Array(8))).toThrow(/complex64/)
})
