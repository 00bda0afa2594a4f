/** Graph rewrites that onnxruntime does not do itself; each leaves the results the same. */
import type { Graph, Node, Tensor } from './onnx.ts'

/** Joins per-channel Mul and Add to the convolution before them, and Relu + Min + Max to one Clip. */
export function simplify(graph: Graph): void {
  foldIntoConvolutions(graph)
  joinClips(graph)
}

function foldIntoConvolutions(graph: Graph): void {
  for (let index = 0; index < graph.nodes.length; ) {
    const node = graph.nodes[index] as Node
    const reader = onlyReader(graph, node)
    const other = reader?.inputs.find((input) => input !== node.output)
    const factor = other === undefined ? undefined : graph.constants.get(other)
    const filters = graph.constants.get(node.inputs[1] ?? '')
    const channels = filters?.shape[0]
    const foldable = node.op === 'Conv' && filters && factor && factor.data.length === channels
    if (!foldable || (reader?.op !== 'Mul' && reader?.op !== 'Add')) {
      index++
      continue
    }
    const bias = graph.constants.get(node.inputs[2] ?? '')?.data
    const value = (c: number) => Number(factor.data[c])
    const old = (c: number) => Number(bias?.[c] ?? 0)
    if (reader.op === 'Mul') graph.constants.set(node.inputs[1] as string, scaleRows(filters, value))
    const data = Float32Array.from({ length: channels as number }, (_, c) =>
      reader.op === 'Mul' ? old(c) * value(c) : old(c) + value(c),
    )
    if (reader.op === 'Add' || bias) {
      node.inputs[2] = `${node.output}_bias`
      graph.constants.set(node.inputs[2], { shape: [data.length], data })
    }
    node.output = reader.output
    graph.nodes.splice(graph.nodes.indexOf(reader), 1)
  }
}

function scaleRows({ shape, data }: Tensor, factor: (row: number) => number): Tensor {
  const perRow = data.length / (shape[0] as number)
  return {
    shape,
    data: Float32Array.from(data as Float32Array, (value, i) => value * factor(Math.floor(i / perRow))),
  }
}

/** max(min(relu(x), high), 0) is clip(x, 0, high). */
function joinClips(graph: Graph): void {
  for (const relu of graph.nodes.filter((node) => node.op === 'Relu')) {
    const min = onlyReader(graph, relu)
    const max = min && onlyReader(graph, min)
    if (min?.op !== 'Min' || max?.op !== 'Max') continue
    const low = max.inputs.find((input) => input !== min.output) as string
    const high = min.inputs.find((input) => input !== relu.output) as string
    if (Number(graph.constants.get(low)?.data[0]) !== 0 || graph.constants.get(high)?.data.length !== 1)
      continue
    for (const name of [low, high]) {
      graph.constants.set(name, { ...(graph.constants.get(name) as Tensor), shape: [] })
    }
    relu.op = 'Clip'
    relu.inputs.push(low, high)
    relu.output = max.output
    graph.nodes = graph.nodes.filter((node) => node !== min && node !== max)
  }
}

/** The node that alone reads this one's output; undefined when there are several, none, or it is a graph output. */
function onlyReader(graph: Graph, node: Node): Node | undefined {
  if (graph.outputs.some((port) => port.name === node.output)) return undefined
  const readers = graph.nodes.filter((other) => other.inputs.includes(node.output))
  return readers.length === 1 ? readers[0] : undefined
}
