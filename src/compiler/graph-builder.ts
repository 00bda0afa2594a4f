/** Writes an ONNX graph node by node, in NCHW, with weights taken in TensorFlow's order. */
import type { Attribute, Graph, Port, Tensor } from './onnx.ts'

export type Padding = 'SAME' | 'VALID'

export interface GraphBuilder {
  readonly graph: Graph
  /** Adds a node. @returns the name of its output */
  node(op: string, inputs: string[], attributes?: Record<string, Attribute>, output?: string): string
  /** Adds a constant. @returns its name */
  constant(tensor: Tensor, name?: string): string
  floats(values: ArrayLike<number>, shape?: number[]): string
  integers(values: number[]): string
}

/** @returns an empty graph; outputs are declared by the caller in `graph.outputs` */
export function graphBuilder(name: string, input: Port): GraphBuilder {
  const graph: Graph = { name, inputs: [input], outputs: [], nodes: [], constants: new Map() }
  let count = 0
  const builder: GraphBuilder = {
    graph,
    node: (op, inputs, attributes = {}, output = `${op}_${count++}`) => {
      graph.nodes.push({ op, inputs, output, attributes })
      return output
    },
    constant: (tensor, constantName = `constant_${count++}`) => {
      graph.constants.set(constantName, tensor)
      return constantName
    },
    floats: (values, shape = [values.length]) => builder.constant({ shape, data: Float32Array.from(values) }),
    integers: (values) =>
      builder.constant({ shape: [values.length], data: BigInt64Array.from(values, BigInt) }),
  }
  return builder
}

/** `auto_pad` for a TensorFlow padding name: TensorFlow's SAME puts the odd row and column at the end. */
export function windowAttributes(
  padding: Padding,
  strides: number[],
  kernel: number[],
): Record<string, Attribute> {
  return { auto_pad: padding === 'SAME' ? 'SAME_UPPER' : 'VALID', strides, kernel_shape: kernel }
}

/** Reorders axes; `order[i]` is the old axis that becomes axis i. */
function transpose({ shape, data }: Tensor, order: number[]): Tensor {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))
  const target = order.map((axis) => shape[axis] as number)
  const steps = order.map((axis) => strides[axis] as number)
  const out = new Float32Array(data.length)
  const index = target.map(() => 0)
  for (let position = 0; position < out.length; position++) {
    let source = 0
    for (let axis = 0; axis < index.length; axis++)
      source += (index[axis] as number) * (steps[axis] as number)
    out[position] = Number(data[source])
    for (let axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1
      if ((index[axis] as number) < (target[axis] as number)) break
      index[axis] = 0
    }
  }
  return { shape: target, data: out }
}

/** Filters of an ordinary convolution, height x width x in x out, in ONNX's order. */
export function convolutionFilters(filters: Tensor): Tensor {
  return transpose(filters, [3, 2, 0, 1])
}

/** Filters of a depthwise convolution, height x width x channels x multiplier, in ONNX's order. */
export function depthwiseFilters(filters: Tensor): Tensor {
  const [height, width, channels, multiplier] = filters.shape as [number, number, number, number]
  return { ...transpose(filters, [2, 3, 0, 1]), shape: [channels * multiplier, 1, height, width] }
}
