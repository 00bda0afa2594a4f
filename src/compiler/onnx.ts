/** An ONNX graph as plain data, and its encoding as a `.onnx` file (IR version 8, operator set 17). */
import { type MessageWriter, messageWriter } from './protobuf.ts'

/** A constant, row-major. Integers exist only for shapes, pads and axes. */
export interface Tensor {
  shape: number[]
  data: Float32Array | BigInt64Array
}

/** Integer, list of integers or text: no operator used here has a float attribute. */
export type Attribute = number | number[] | string

export interface Node {
  op: string
  /** Names of constants, graph inputs or earlier nodes' outputs; '' for an absent optional input. */
  inputs: string[]
  output: string
  attributes: Record<string, Attribute>
}

export interface Port {
  name: string
  /** A name stands for a dimension known only at run time, as in ['N', 3, 64, 64]. */
  shape: (number | string)[]
}

export interface Graph {
  name: string
  inputs: Port[]
  outputs: Port[]
  /** In an order in which every node stands after those it reads. */
  nodes: Node[]
  constants: Map<string, Tensor>
}

const IR_VERSION = 8
const OPERATOR_SET = 17
const FLOAT = 1
const LONG = 7
const ATTRIBUTE_INT = 2
const ATTRIBUTE_STRING = 3
const ATTRIBUTE_INTS = 7

/** @returns the bytes of an `.onnx` file; constants that no node reads are left out */
export function encodeModel(graph: Graph): Uint8Array {
  const model = messageWriter()
  model.integer(1, IR_VERSION)
  model.text(2, 'liveface')
  model.message(7, (out) => writeGraph(out, graph))
  model.message(8, (out) => out.integer(2, OPERATOR_SET))
  return Buffer.concat(model.finish())
}

function writeGraph(out: MessageWriter, graph: Graph): void {
  for (const node of graph.nodes) out.message(1, (message) => writeNode(message, node))
  out.text(2, graph.name)
  const used = new Set(graph.nodes.flatMap((node) => node.inputs))
  for (const [name, tensor] of graph.constants) {
    if (used.has(name)) out.message(5, (message) => writeTensor(message, name, tensor))
  }
  for (const port of graph.inputs) out.message(11, (message) => writePort(message, port))
  for (const port of graph.outputs) out.message(12, (message) => writePort(message, port))
}

function writeNode(out: MessageWriter, node: Node): void {
  for (const input of node.inputs) out.text(1, input)
  out.text(2, node.output)
  out.text(3, node.output)
  out.text(4, node.op)
  for (const [name, value] of Object.entries(node.attributes)) {
    out.message(5, (attribute) => {
      attribute.text(1, name)
      if (typeof value === 'string') {
        attribute.text(4, value)
        attribute.integer(20, ATTRIBUTE_STRING)
      } else if (typeof value === 'number') {
        attribute.integer(3, value)
        attribute.integer(20, ATTRIBUTE_INT)
      } else {
        for (const item of value) attribute.integer(8, item)
        attribute.integer(20, ATTRIBUTE_INTS)
      }
    })
  }
}

function writeTensor(out: MessageWriter, name: string, { shape, data }: Tensor): void {
  for (const size of shape) out.integer(1, size)
  out.integer(2, data instanceof Float32Array ? FLOAT : LONG)
  out.text(8, name)
  out.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
}

function writePort(out: MessageWriter, port: Port): void {
  out.text(1, port.name)
  out.message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.integer(1, FLOAT)
      tensor.message(2, (shape) => {
        for (const size of port.shape) {
          shape.message(1, (dimension) => {
            if (typeof size === 'number') dimension.integer(1, size)
            else dimension.text(2, size)
          })
        }
      })
    }),
  )
}
