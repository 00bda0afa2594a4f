/** Reads an `.onnx` file into a graph: the operators and types of nets made of convolutions, and no others. */
import type { Attribute, Graph, Node, Port, Tensor } from './onnx.ts'
import { type Message, readMessage } from './protobuf.ts'

const FLOAT = 1
const LONG = 7
const ATTRIBUTE_FLOAT = 1
const ATTRIBUTE_INT = 2
const ATTRIBUTE_STRING = 3
const ATTRIBUTE_TENSOR = 4
const ATTRIBUTE_INTS = 7

/** What an operator takes when the attribute is not there. A graph holds no fractions, so nothing else can be read. */
const defaults: Record<string, number> = { epsilon: 1e-5, momentum: 0.9 }

/**
 * @param bytes an ONNX model whose constants stand in the file itself
 * @throws TypeError for a node with several outputs, or an attribute or constant of another type than Graph knows
 */
export function readModel(bytes: Uint8Array): Graph {
  const graph = readMessage(bytes).message(7)
  const nodes = graph.messages(1)
  const isConstant = (node: Message) => node.text(4) === 'Constant'
  const constants = new Map([
    ...graph.messages(5).map((tensor) => [tensor.text(8), readTensor(tensor)] as const),
    ...nodes.filter(isConstant).map((node) => [node.text(2), readConstant(node)] as const),
  ])
  return {
    name: graph.text(2),
    // Older files list the constants among the inputs too.
    inputs: graph
      .messages(11)
      .map(readPort)
      .filter(({ name }) => !constants.has(name)),
    outputs: graph.messages(12).map(readPort),
    nodes: nodes.filter((node) => !isConstant(node)).map(readNode),
    constants,
  }
}

function readNode(message: Message): Node {
  const [output = '', ...more] = message.texts(2)
  const op = message.text(4)
  if (more.length > 0) throw new TypeError(`Expected one output of ${op} but it has ${more.length + 1}`)
  const attributes = message
    .messages(5)
    .filter((attribute) => !isDefault(attribute))
    .map((attribute) => [attribute.text(1), readAttribute(attribute)])
  return { op, inputs: message.texts(1), output, attributes: Object.fromEntries(attributes) }
}

/** The value of a node that stands for a constant. */
function readConstant(message: Message): Tensor {
  const value = message.messages(5).find((attribute) => attribute.integer(20) === ATTRIBUTE_TENSOR)
  if (!value) throw new TypeError(`Expected the constant ${message.text(2)} to be a tensor`)
  return readTensor(value.message(5))
}

function isDefault(message: Message): boolean {
  if (message.integer(20) !== ATTRIBUTE_FLOAT) return false
  const [value] = new Float32Array(Uint8Array.from(message.bytes(2)).buffer)
  const expected = defaults[message.text(1)]
  return expected !== undefined && value === Math.fround(expected)
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
