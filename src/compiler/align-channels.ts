/** Widens a graph's channels to what the processor's vectors hold; the added channels are zero throughout. */
import type { Graph, Node, Tensor } from './onnx.ts'

/** Operators that keep zero channels zero and treat channels alike. */
const CHANNELWISE = ['Relu', 'Clip', 'Add', 'MaxPool']

/**
 * onnxruntime lays channels out in blocks of 8 (AVX2) or 16 (AVX-512), but leaves a depthwise convolution
 * whose channels fill no whole block in the plain layout and converts to and fro around it. Zero filters fill
 * the blocks. Tensors that something other than a convolution or a channelwise operator reads keep their size.
 */
export function alignChannels(graph: Graph, block = 16): void {
  const exact = exactTensors(graph)
  const widths = new Map<string, number>()
  for (const node of graph.nodes) {
    const input = widths.get(node.inputs[0] ?? '')
    if (node.op === 'Conv') {
      const width = alignConvolution(graph, node, input, exact.has(node.output) ? 1 : block)
      if (width) widths.set(node.output, width)
    } else if (input && CHANNELWISE.includes(node.op)) widths.set(node.output, input)
  }
}

/** @returns the new number of output channels when the convolution was widened */
function alignConvolution(
  graph: Graph,
  node: Node,
  input: number | undefined,
  block: number,
): number | undefined {
  const [, filterName = '', biasName = ''] = node.inputs
  const filters = graph.constants.get(filterName) as Tensor
  const [outputs, inputs] = filters.shape as [number, number]
  const depthwise = node.attributes.group === outputs && outputs > 1
  const newOutputs = depthwise ? (input ?? outputs) : Math.ceil(outputs / block) * block
  const newInputs = depthwise ? 1 : (input ?? inputs)
  graph.constants.set(filterName, widen(filters, newOutputs, newInputs))
  const bias = graph.constants.get(biasName)
  if (bias) graph.constants.set(biasName, widen(bias, newOutputs, 1))
  if (depthwise) node.attributes.group = newOutputs
  return newOutputs === outputs ? undefined : newOutputs
}

/** Appends zeros along the first two axes. */
function widen({ shape, data }: Tensor, first: number, second: number): Tensor {
  const [oldFirst, oldSecond = 1, ...rest] = shape as [number, ...number[]]
  const inner = rest.reduce((product, size) => product * size, 1)
  const out = new Float32Array(first * second * inner)
  for (let i = 0; i < oldFirst; i++) {
    const row = data.subarray(i * oldSecond * inner, (i + 1) * oldSecond * inner) as Float32Array
    out.set(row, i * second * inner)
  }
  return { shape: shape.length === 1 ? [first] : [first, second, ...rest], data: out }
}

/** Tensors whose channels may not change: what other operators read, and whatever shares their channels. */
function exactTensors(graph: Graph): Set<string> {
  const exact = new Set(graph.outputs.map((port) => port.name))
  for (const port of graph.inputs) exact.add(port.name)
  for (let before = -1; before !== exact.size; ) {
    before = exact.size
    for (const node of graph.nodes) {
      const depthwise = node.op === 'Conv' && graph.constants.get(node.inputs[1] ?? '')?.shape[1] === 1
      const shares = depthwise || CHANNELWISE.includes(node.op)
      if (node.op === 'Conv' && !depthwise) continue
      const tensors = node.inputs.filter((input) => !graph.constants.has(input))
      // Adding a constant would need the constant widened too; none of the nets does it after folding.
      const fixed = !shares || exact.has(node.output) || tensors.some((input) => exact.has(input))
      if (fixed || (node.op === 'Add' && tensors.length < 2)) {
        for (const input of tensors) exact.add(input)
        exact.add(node.output)
      }
    }
  }
  return exact
}
