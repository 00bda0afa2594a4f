import { expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'
import { encodeModel, type Graph } from './onnx.ts'
import { adoptModel } from './onnx-model.ts'
import { readModel } from './read-onnx.ts'

/** A net of one convolution that ends as exported nets do: in a Reshape to one row. */
function smallNet(): Graph {
  return {
    name: 'exported',
    inputs: [{ name: 'picture', shape: [1, 3, 112, 112] }],
    outputs: [{ name: '42', shape: [1, 4] }],
    nodes: [
      {
        op: 'Conv',
        inputs: ['picture', 'filters', 'bias'],
        output: '41',
        attributes: {
          pads: [0, 0, 0, 0],
          strides: [112, 112],
          kernel_shape: [1, 1],
          group: 1,
          auto_pad: 'NOTSET',
        },
      },
      { op: 'Reshape', inputs: ['41', 'row'], output: '42', attributes: { allowzero: 0 } },
    ],
    constants: new Map([
      ['filters', { shape: [4, 3, 1, 1], data: Float32Array.from({ length: 12 }, (_, i) => i - 5.5) }],
      ['bias', { shape: [4], data: Float32Array.of(1, -2, 3e-9, 4e9) }],
      ['row', { shape: [2], data: BigInt64Array.of(1n, -1n) }],
    ]),
  }
}

it('reads what was written', () => {
  expect(readModel(encodeModel(smallNet()))).toEqual(smallNet())
})

it('refuses a file that is cut short or is no model', () => {
  const bytes = encodeModel(smallNet())
  for (const length of [1, 50, bytes.length - 1])
    expect(() => readModel(bytes.subarray(0, length)), `${length}`).toThrow(RangeError)
  expect(() => readModel(Buffer.from('<!doctype html>'))).toThrow(RangeError)
})

it('refuses what a graph cannot hold', () => {
  const net = smallNet()
  net.constants.set('row', { shape: [3], data: BigInt64Array.of(1n, -1n) })
  expect(() => readModel(encodeModel(net))).toThrow(/row/)
  const bytes = Buffer.from(encodeModel(smallNet()))
  // Type (field 2) and name (field 8) of the constant: 6 stands for integers of 32 bits.
  const type = bytes.indexOf('\x10\x07\x42\x03row', 'latin1') + 1
  expect(type).toBeGreaterThan(0)
  bytes[type] = 6
  expect(() => readModel(bytes)).toThrow(/row/)
})

it("gives an exported net the catalogue's ports, and a batch of any size", () => {
  const { inputs, outputs, nodes, name } = adoptModel(
    'mine',
    encodeModel(smallNet()),
    catalogue['face-recognition'],
  )
  expect(name).toBe('mine')
  expect(inputs).toEqual([{ name: 'input', shape: ['N', 3, 112, 112] }])
  expect(outputs).toEqual([{ name: 'features', shape: ['N', 512] }])
  expect(nodes.map(({ inputs: [first], output }) => [first, output])).toEqual([
    ['input', '41'],
    ['41', 'features'],
  ])
  expect(nodes[1]).toMatchObject({ op: 'Flatten', inputs: ['41'], attributes: { axis: 1 } })
})

it('does not adopt a net that ends in anything else', () => {
  const net = smallNet()
  net.nodes.pop()
  net.outputs = [{ name: '41', shape: [1, 4, 1, 1] }]
  expect(() => adoptModel('mine', encodeModel(net), catalogue['face-recognition'])).toThrow(TypeError)
})
