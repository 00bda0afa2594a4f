/** How each TensorFlow operator that the catalogue's nets use is written in ONNX. */
import {
  convolutionFilters,
  depthwiseFilters,
  type GraphBuilder,
  type Padding,
  windowAttributes,
} from './graph-builder.ts'
import type { Tensor } from './onnx.ts'

/** A value of the source graph. `image`: four axes, held as NCHW where the source holds NHWC. */
export interface Operand {
  name: string
  image: boolean
  /** Present for a constant, in the source's own layout. */
  weight?: Tensor
}

/** A node as the `.json` file holds it: text is base64, integers are decimal strings. */
export interface TfNode {
  name: string
  op: string
  input?: string[]
  attr?: Record<string, { s?: string; i?: string; b?: boolean; list?: { s?: string[]; i?: string[] } }>
}

type Operator = (builder: GraphBuilder, node: TfNode, inputs: Operand[]) => Operand

/** Where each NHWC axis stands in NCHW; also the permutation from NCHW to NHWC. */
const NHWC_TO_NCHW = [0, 2, 3, 1]

export const operators: Record<string, Operator> = {
  Identity: (_, __, inputs) => at(inputs, 0),
  Conv2D: convolution,
  _FusedConv2D: convolution,
  DepthwiseConv2dNative: depthwise,
  MaxPool: (builder, node, inputs) => ({
    name: builder.node(
      'MaxPool',
      [at(inputs, 0).name],
      windowAttributes(padding(node), spatial(node, 'strides'), spatial(node, 'ksize')),
    ),
    image: true,
  }),
  Add: elementwise('Add'),
  AddV2: elementwise('Add'),
  Mul: elementwise('Mul'),
  Minimum: elementwise('Min'),
  Maximum: elementwise('Max'),
  Prelu: elementwise('PRelu'),
  Relu: unary('Relu'),
  Sigmoid: unary('Sigmoid'),
  Pad: (builder, _, inputs) => {
    const input = at(inputs, 0)
    const pairs = integers(inputs, 1)
    const order = input.image ? [0, 3, 1, 2] : pairs.slice(0, pairs.length / 2).map((__, axis) => axis)
    const pads = [0, 1].flatMap((end) => order.map((axis) => pairs[axis * 2 + end] as number))
    return { name: builder.node('Pad', [input.name, builder.integers(pads)]), image: input.image }
  },
  Reshape: (builder, _, inputs) => {
    const input = at(inputs, 0)
    const source = input.image ? builder.node('Transpose', [input.name], { perm: NHWC_TO_NCHW }) : input.name
    // The leading 1 or -1 of the source is its batch; 0 copies ours.
    const shape = [0, ...integers(inputs, 1).slice(1)]
    return { name: builder.node('Reshape', [source, builder.integers(shape)]), image: false }
  },
}

function convolution(builder: GraphBuilder, node: TfNode, inputs: Operand[]): Operand {
  const filters = convolutionFilters(weight(inputs, 1))
  return window(builder, node, inputs, filters, 1)
}

function depthwise(builder: GraphBuilder, node: TfNode, inputs: Operand[]): Operand {
  const source = weight(inputs, 1)
  return window(builder, node, inputs, depthwiseFilters(source), source.shape[2] as number)
}

function window(
  builder: GraphBuilder,
  node: TfNode,
  inputs: Operand[],
  filters: Tensor,
  group: number,
): Operand {
  const names = [at(inputs, 0).name, builder.constant(filters)]
  if (fusedOperators(node).includes('BiasAdd')) names.push(flat(builder, at(inputs, 2)))
  const attributes = windowAttributes(padding(node), spatial(node, 'strides'), filters.shape.slice(2))
  const dilations = node.attr?.dilations ? spatial(node, 'dilations') : [1, 1]
  const output = builder.node('Conv', names, { ...attributes, dilations, group })
  return activate(builder, node, { name: output, image: true }, inputs[3])
}

/** Applies what `fused_ops` names after BiasAdd. */
function activate(builder: GraphBuilder, node: TfNode, value: Operand, slope: Operand | undefined): Operand {
  for (const operator of fusedOperators(node)) {
    if (operator === 'BiasAdd') continue
    if (operator === 'Prelu' && slope) {
      return { ...value, name: builder.node('PRelu', [value.name, perChannel(builder, slope, value.image)]) }
    }
    if (operator === 'Relu') return { ...value, name: builder.node('Relu', [value.name]) }
    throw new TypeError(`Expected a known fused operator but received ${operator} (${node.name})`)
  }
  return value
}

function unary(op: string): Operator {
  return (builder, _, inputs) => {
    const input = at(inputs, 0)
    return { name: builder.node(op, [input.name]), image: input.image }
  }
}

function elementwise(op: string): Operator {
  return (builder, _, inputs) => {
    const image = inputs.some((input) => input.image)
    return {
      name: builder.node(
        op,
        inputs.map((input) => perChannel(builder, input, image)),
      ),
      image,
    }
  }
}

/** A constant broadcasts over the last axis in the source and over the channel axis here. */
function perChannel(builder: GraphBuilder, input: Operand, image: boolean): string {
  if (!input.weight) return input.name
  const { data } = input.weight
  if (!image || data.length === 1) return flat(builder, input)
  return builder.constant({ shape: [data.length, 1, 1], data })
}

function flat(builder: GraphBuilder, input: Operand): string {
  return input.weight ? builder.constant(input.weight) : input.name
}

function at(inputs: Operand[], index: number): Operand {
  const input = inputs[index]
  if (!input) throw new TypeError(`Expected an input ${index}`)
  return input
}

function weight(inputs: Operand[], index: number): Tensor {
  const { weight: tensor, name } = at(inputs, index)
  if (!tensor) throw new TypeError(`Expected ${name} to be constant`)
  return tensor
}

function integers(inputs: Operand[], index: number): number[] {
  return Array.from(weight(inputs, index).data, Number)
}

function text(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString()
}

function padding(node: TfNode): Padding {
  const value = text(node.attr?.padding?.s)
  if (value !== 'SAME' && value !== 'VALID')
    throw new TypeError(`Expected SAME or VALID but received ${value}`)
  return value
}

function fusedOperators(node: TfNode): string[] {
  return (node.attr?.fused_ops?.list?.s ?? []).map(text)
}

/** Height and width of a four-axis attribute. */
function spatial(node: TfNode, attribute: string): number[] {
  return (node.attr?.[attribute]?.list?.i ?? []).slice(1, 3).map(Number)
}
