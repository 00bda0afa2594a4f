/** Compiles a TensorFlow.js graph model (NHWC) to an ONNX graph (NCHW). */

import type { GraphModelOutput } from '../engine/models/net.ts'
import { type GraphBuilder, graphBuilder } from './graph-builder.ts'
import type { Graph } from './onnx.ts'
import { type Operand, operators, type TfNode } from './tfjs-operators.ts'
import { readWeights, type WeightsManifest } from './weights.ts'

export interface GraphModel {
  modelTopology: { node: TfNode[] }
  weightsManifest: WeightsManifest
}

/**
 * Only nodes that a wanted output needs are compiled: an unused head costs nothing.
 * @param size height and width of the input in pixels
 * @throws TypeError for an operator outside the table in tfjs-operators.ts
 */
export function compileGraphModel(
  name: string,
  model: GraphModel,
  bytes: Uint8Array,
  size: number,
  outputs: readonly GraphModelOutput[],
): Graph {
  const builder = graphBuilder(name, { name: 'input', shape: ['N', 3, size, size] })
  const nodes = new Map(model.modelTopology.node.map((node) => [node.name, node]))
  const weights = readWeights(model.weightsManifest, bytes)
  const done = new Map<string, Operand>()

  const operand = (reference: string): Operand => {
    const key = reference.replace(/:0$/, '')
    const known = done.get(key)
    if (known) return known
    const node = nodes.get(key)
    if (!node) throw new TypeError(`Expected ${name} to have a node ${key}`)
    const value = compileNode(node)
    done.set(key, value)
    return value
  }
  const compileNode = (node: TfNode): Operand => {
    if (node.op === 'Placeholder') return { name: 'input', image: true }
    if (node.op === 'Const') {
      const weight = weights.get(node.name)
      if (!weight) throw new TypeError(`Expected a weight for ${node.name}`)
      return { name: node.name, image: false, weight }
    }
    const inputs = (node.input ?? []).filter((input) => !input.startsWith('^')).map(operand)
    const operator = operators[node.op]
    if (!operator) throw new TypeError(`Expected a known operator but received ${node.op} (${node.name})`)
    return operator(builder, node, inputs)
  }

  for (const plan of outputs) addOutput(builder, plan, plan.from.map(operand))
  return builder.graph
}

function addOutput(builder: GraphBuilder, plan: GraphModelOutput, parts: Operand[]): void {
  const flat = parts.map((part) =>
    part.image ? builder.node('Transpose', [part.name], { perm: [0, 2, 3, 1] }) : part.name,
  )
  let value = flat.length > 1 ? builder.node('Concat', flat, { axis: 1 }) : (flat[0] as string)
  if (plan.sigmoid) value = builder.node('Sigmoid', [value])
  builder.node('Reshape', [value, builder.integers([0, ...plan.shape])], {}, plan.name)
  builder.graph.outputs.push({ name: plan.name, shape: ['N', ...plan.shape] })
}
