/** Takes over a net that comes as an `.onnx` file: its ports get the catalogue's names, and its batch any size. */
import type { OnnxNet } from './net.ts'
import type { Graph } from './onnx.ts'
import { readModel } from './read-onnx.ts'

/** @throws TypeError when the file has more than one input or output, or does not end in a vector per item */
export function adoptModel(name: string, bytes: Uint8Array, net: OnnxNet): Graph {
  const graph = readModel(bytes)
  const [input, output] = [net.inputs[0], net.outputs[0]]
  const last = graph.nodes.at(-1)
  if (!input || !output || graph.inputs.length !== 1 || graph.outputs.length !== 1 || last?.op !== 'Reshape')
    throw new TypeError(`Expected ${name} to have one input, one output and a Reshape at its end`)
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map((tensor) => (tensor === graph.inputs[0]?.name ? input.name : tensor))
  }
  // Reshape tells one item from the rest by a fixed size; Flatten keeps whatever batch there is.
  Object.assign(last, { op: 'Flatten', inputs: last.inputs.slice(0, 1), output: output.name })
  last.attributes = { axis: 1 }
  return {
    ...graph,
    name,
    inputs: [{ name: input.name, shape: ['N', ...input.shape] }],
    outputs: [{ name: output.name, shape: ['N', ...output.shape] }],
  }
}
