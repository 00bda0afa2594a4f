/** Takes over a net that comes as an `.onnx` file: its ports get the catalogue's names, and its batch any size. */
import type { OnnxNet } from '../engine/models/net.ts'
import type { Graph, Node } from './onnx.ts'
import { readModel } from './read-onnx.ts'

/** @throws TypeError when the file has more than one input or output, or does not bring an item to a vector once */
export function adoptModel(name: string, bytes: Uint8Array, net: OnnxNet): Graph {
  const graph = readModel(bytes)
  const [input, output] = [net.inputs[0], net.outputs[0]]
  const [toVector, ...others] = graph.nodes.filter(({ op }) => op === 'Reshape')
  const single = graph.inputs.length === 1 && graph.outputs.length === 1
  if (!input || !output || !single || !toVector || others.length > 0)
    throw new TypeError(`Expected ${name} to have one input, one output and one Reshape`)
  // Reshape tells one item from the rest by a fixed size; Flatten keeps whatever batch there is.
  Object.assign(toVector, { op: 'Flatten', inputs: toVector.inputs.slice(0, 1), attributes: { axis: 1 } })
  const renamed = new Map([
    [graph.inputs[0]?.name, input.name],
    [graph.outputs[0]?.name, output.name],
  ])
  const nodes = neededFor(graph.outputs[0]?.name, graph.nodes).map((node) => ({
    ...node,
    inputs: node.inputs.map((tensor) => renamed.get(tensor) ?? tensor),
    output: renamed.get(node.output) ?? node.output,
  }))
  return {
    ...graph,
    name,
    nodes,
    inputs: [{ name: input.name, shape: ['N', ...input.shape] }],
    outputs: [{ name: output.name, shape: ['N', ...output.shape] }],
  }
}

/** Leaves out what only gave the sizes to a Reshape. */
function neededFor(output: string | undefined, nodes: readonly Node[]): Node[] {
  const needed = new Set([output])
  return nodes
    .toReversed()
    .filter((node) => needed.has(node.output) && node.inputs.every((tensor) => needed.add(tensor)))
    .reverse()
}
