/** Writes a graph's convolutions in 8-bit integers: the runtime joins them with the conversions placed around them. */
import type { Graph, Node, Tensor } from './onnx.ts'

/** Least and greatest value, over many pictures, of the tensors that convolutions read and write. */
export type Ranges = Readonly<Record<string, readonly [least: number, greatest: number]>>

/**
 * Weights are -64..64: of any two products with activations of 0..255 the sum fits 16 bits, where processors without
 * VNNI saturate it. So every processor gives the same result.
 */
const mostWeight = 64
const mostActivation = 255

/** Tensors whose ranges `quantise` needs: what convolutions read, and what they write, after their Relu or Clip if any. */
export function quantisedTensors(graph: Graph): string[] {
  const names = graph.nodes
    .filter((node) => node.op === 'Conv')
    .flatMap((node) => [node.inputs[0] as string, activation(graph, node)?.output ?? node.output])
  return [...new Set(names)]
}

/**
 * Rounds weights (by channel) and activations (by tensor) to 8 bits. Everything between convolutions reads the rounded
 * activations too. A Relu, or a Clip from 0, goes into the conversion behind it, whose least number is then 0 and whose
 * greatest is that of the range.
 * @throws TypeError when a tensor has no range
 */
export function quantise(graph: Graph, ranges: Ranges): void {
  const tensors = quantisedTensors(graph)
  const scales = new Map(tensors.map((tensor) => [tensor, addScale(graph, tensor, ranges[tensor])]))
  for (const node of graph.nodes.filter(({ op }) => op === 'Conv')) {
    const relu = activation(graph, node)
    if (relu) {
      graph.nodes.splice(graph.nodes.indexOf(relu), 1)
      node.output = relu.output
    }
  }
  const exact = new Set(tensors)
  const ready: Node[] = []
  const convert = (tensor: string) => {
    const conversion = [`${tensor}_scale`, `${tensor}_zero`]
    const [whole, rounded] = [`${tensor}_whole`, `${tensor}_rounded`]
    ready.push({ op: 'QuantizeLinear', inputs: [tensor, ...conversion], output: whole, attributes: {} })
    ready.push({ op: 'DequantizeLinear', inputs: [whole, ...conversion], output: rounded, attributes: {} })
  }
  for (const { name } of graph.inputs) if (exact.has(name)) convert(name)
  for (const node of graph.nodes) {
    if (node.op === 'Conv') ready.push(...roundWeights(graph, node, scales.get(node.inputs[0] as string)!))
    const inputs = node.inputs.map((input) => (exact.has(input) ? `${input}_rounded` : input))
    ready.push({ ...node, inputs })
    if (exact.has(node.output)) convert(node.output)
  }
  graph.nodes = ready
}

/** The Relu, or the Clip from 0, that alone reads a convolution. */
function activation(graph: Graph, node: Node): Node | undefined {
  const [reader, ...others] = graph.nodes.filter((other) => other.inputs.includes(node.output))
  if (!reader || others.length > 0) return undefined
  const from = reader.op === 'Clip' ? Number(graph.constants.get(reader.inputs[1] ?? '')?.data[0]) : 0
  return ['Relu', 'Clip'].includes(reader.op) && from === 0 ? reader : undefined
}

/** @returns how much a step of the tensor's integers is */
function addScale(graph: Graph, tensor: string, range: Ranges[string] | undefined): number {
  if (!range) throw new TypeError(`Expected a range for ${tensor} of ${graph.name}`)
  const least = Math.min(0, range[0])
  const scale = Math.fround((Math.max(range[1], least + 1e-6) - least) / mostActivation)
  graph.constants.set(`${tensor}_scale`, { shape: [], data: Float32Array.of(scale) })
  graph.constants.set(`${tensor}_zero`, { shape: [], data: Uint8Array.of(Math.round(-least / scale)) })
  return scale
}

/** Puts integers in the place of a convolution's filters and bias; gives the conversions that it reads them through. */
function roundWeights(graph: Graph, node: Node, inputScale: number): Node[] {
  const [, filterName = '', biasName = ''] = node.inputs
  const filters = graph.constants.get(filterName) as Tensor
  const [channels] = filters.shape as [number]
  const perChannel = filters.data.length / channels
  const scales = Float32Array.from({ length: channels }, (_, channel) => {
    const row = (filters.data as Float32Array).subarray(channel * perChannel, (channel + 1) * perChannel)
    const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    return (largest || 1) / mostWeight
  })
  const weights = Int8Array.from(filters.data as Float32Array, (value, index) =>
    Math.round(value / scales[Math.floor(index / perChannel)]!),
  )
  const name = node.output
  const conversions = [dequantise(graph, `${name}_filters`, { shape: filters.shape, data: weights }, scales)]
  node.inputs[1] = `${name}_filters_rounded`
  const bias = graph.constants.get(biasName)
  if (bias) {
    const steps = scales.map((scale) => scale * inputScale)
    const data = Int32Array.from(bias.data as Float32Array, (value, channel) =>
      Math.round(value / steps[channel]!),
    )
    conversions.push(dequantise(graph, `${name}_bias`, { shape: bias.shape, data }, steps))
    node.inputs[2] = `${name}_bias_rounded`
  }
  return conversions
}

function dequantise(graph: Graph, name: string, integers: Tensor, scales: Float32Array): Node {
  const shape = [scales.length]
  const zeros =
    integers.data instanceof Int8Array ? new Int8Array(scales.length) : new Int32Array(scales.length)
  graph.constants.set(`${name}_integers`, integers)
  graph.constants.set(`${name}_scales`, { shape, data: scales })
  graph.constants.set(`${name}_zeros`, { shape, data: zeros })
  const inputs = [`${name}_integers`, `${name}_scales`, `${name}_zeros`]
  return { op: 'DequantizeLinear', inputs, output: `${name}_rounded`, attributes: { axis: 0 } }
}
