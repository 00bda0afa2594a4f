import { expect, it } from 'vitest'
import { catalogue } from '../engine/models/catalogue.ts'
import { encodeModel, type Graph } from './onnx.ts'
import { adoptModel } from './onnx-model.ts'
import { type MessageWriter, messageWriter } from './protobuf.ts'
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

/** A node as older exporters write it: a constant's value, or a fraction, stands among its attributes. */
function withNode(op: string, attribute: (message: MessageWriter) => void): Buffer {
  const model = messageWriter()
  model.message(7, (graph) => {
    graph.message(1, (node) => {
      node.text(2, 'made')
      node.text(4, op)
      node.message(5, attribute)
    })
  })
  return Buffer.concat(model.finish())
}

it('reads a Constant as a constant', () => {
  const { nodes, constants } = readModel(
    withNode('Constant', (attribute) => {
      attribute.text(1, 'value')
      attribute.integer(20, 4)
      attribute.message(5, (tensor) => {
        tensor.integer(1, 2)
        tensor.integer(2, 1)
        tensor.bytes(9, new Uint8Array(Float32Array.of(3, -4).buffer))
      })
    }),
  )
  expect(nodes).toEqual([])
  expect(constants).toEqual(new Map([['made', { shape: [2], data: Float32Array.of(3, -4) }]]))
})

it('leaves a fraction out where the operator takes the same without it, and refuses any other', () => {
  const normalisation = (epsilon: number) => {
    // A fraction is no part of what is written here: the bytes of one of another field become its own.
    const bytes = withNode('BatchNormalization', (attribute) => {
      attribute.text(1, 'epsilon')
      attribute.integer(20, 1)
      attribute.bytes(9, new Uint8Array(3))
    })
    const at = bytes.indexOf(Buffer.of(9 * 8 + 2, 3, 0, 0, 0))
    bytes[at] = 2 * 8 + 5
    bytes.writeFloatLE(epsilon, at + 1)
    return readModel(bytes)
  }
  expect(normalisation(1e-5).nodes[0]?.attributes).toEqual({})
  expect(() => normalisation(1e-3)).toThrow(/epsilon/)
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

it('keeps what stands after the vector, and drops what told only its size', () => {
  const net = smallNet()
  net.nodes.splice(1, 0, { op: 'Shape', inputs: ['41'], output: 'row', attributes: {} })
  net.nodes.push({ op: 'MatMul', inputs: ['42', 'weights'], output: '43', attributes: {} })
  net.constants.delete('row')
  net.constants.set('weights', { shape: [4, 1], data: Float32Array.of(1, 2, 3, 4) })
  net.outputs = [{ name: '43', shape: [1, 1] }]
  const { nodes } = adoptModel('mine', encodeModel(net), catalogue['face-recognition'])
  expect(nodes.map(({ op, output }) => `${op} ${output}`)).toEqual([
    'Conv 41',
    'Flatten 42',
    'MatMul features',
  ])
})

it('does not adopt a net that brings no item to a vector', () => {
  const net = smallNet()
  net.nodes.pop()
  net.outputs = [{ name: '41', shape: [1, 4, 1, 1] }]
  expect(() => adoptModel('mine', encodeModel(net), catalogue['face-recognition'])).toThrow(TypeError)
})
