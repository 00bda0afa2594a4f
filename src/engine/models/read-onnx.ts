/** Reads an `.onnx` file into a graph: the operators and types of nets made of convolutions, and no others. */
import type { Attribute, Graph, Node, Port, Tensor } from './onnx.ts'
import { type Message, readMessage } from './protobuf.ts'

const FLOAT = 1
const LONG = 7
const ATTRIBUTE_INT = 2
const ATTRIBUTE_STRING = 3
const ATTRIBUTE_INTS = 7

/**
 * @param bytes an ONNX model whose constants stand in the file itself
 * @throws TypeError for a node with several outputs, or an attribute or constant of another type than Graph knows
 */
export function readModel(bytes: Uint8Array): Graph {
  const graph = readMessage(bytes).message(7)
  const constants = new Map(graph.messages(5).map((tensor) => [tensor.text(8), readTensor(tensor)]))
  return {
    name: graph.text(2),
    // Older files list the constants among the inputs too.
    inputs: graph
      .messages(11)
      .map(readPort)
      .filter(({ name }) => !constants.has(name)),
    outputs: graph.messages(12).map(readPort),
    nodes: graph.messages(1).map(readNode),
    constants,
  }
}

function readNode(message: Message): Node {
  const [output = '', ...more] = message.texts(2)
  const op = message.text(4)
  if (more.length > 0) throw new TypeError(`Expected one output of ${op} but it has ${more.length + 1}`)
  const attributes = message.messages(5).map((attribute) => [attribute.text(1), readAttribute(attribute)])
  return { op, inputs: message.texts(1), output, attributes: Object.fromEntries(attributes) }
}

function readAttribute(message: Message): Attribute {
  const type = message.integer(20)
  if (type === ATTRIBUTE_INT) return message.integer(3)
  if (type === ATTRIBUTE_STRING) return message.text(4)
  if (type === ATTRIBUTE_INTS) return message.integers(8)
  throw new TypeError(`Expected an attribute of integers or text but ${message.text(1)} has type ${type}`)
}

function readTensor(message: Message): Tensor {
  const shape = message.integers(1)
  const type = message.integer(2)
  // Copied: a view of four or eight bytes must begin at a multiple of them.
  const { buffer } = Uint8Array.from(message.bytes(9))
  const data = type === FLOAT ? new Float32Array(buffer) : new BigInt64Array(buffer)
  const length = shape.reduce((product, size) => product * size, 1)
  if ((type !== FLOAT && type !== LONG) || data.length !== length)
    throw new TypeError(`Expected ${length} raw numbers of type 1 or 7 in ${message.text(8)} (type ${type})`)
  return { shape, data }
}

function readPort(message: Message): Port {
  const dimensions = message.message(2).message(1).message(2).messages(1)
  return { name: message.text(1), shape: dimensions.map((size) => size.text(2) || size.integer(1)) }
}
