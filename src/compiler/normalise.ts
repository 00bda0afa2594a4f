/** Moves a net's input normalisation into the graph, so that every net takes RGB 0..255. */
import type { Normalisation } from '../engine/models/net.ts'
import type { Graph, Node, Tensor } from './onnx.ts'

/**
 * Rewrites the convolution that reads the input. The scale and the channel order go into its filters at no
 * cost. The offset may join its bias only when nothing is padded: a padded border holds the *normalised*
 * zero, so a padded convolution gets an explicit Sub in front.
 * @throws TypeError when something other than one convolution reads the input
 */
export function foldNormalisation(graph: Graph, { offset, scale, channels }: Normalisation): void {
  const input = graph.inputs[0]?.name as string
  const readers = graph.nodes.filter((node) => node.inputs.includes(input))
  const [first] = readers
  if (readers.length !== 1 || first?.op !== 'Conv')
    throw new TypeError(`Expected ${graph.name} to start with one Conv`)
  const name = first.inputs[1] as string
  const filters = graph.constants.get(name) as Tensor
  const shift = offset.some((value) => value !== 0)
  if (shift && first.attributes.auto_pad === 'VALID')
    addToBias(graph, first, filters, offset, scale, channels)
  const folded = rgbFilters(filters, scale, channels)
  graph.constants.set(name, folded)
  if (shift && first.attributes.auto_pad !== 'VALID') {
    graph.constants.set('input_offset', { shape: [3, 1, 1], data: Float32Array.from(offset) })
    graph.nodes.unshift({
      op: 'Sub',
      inputs: [input, 'input_offset'],
      output: 'input_centred',
      attributes: {},
    })
    first.inputs[0] = 'input_centred'
  }
}

/** Filters that read RGB 0..255 (less the offset) in place of the net's own channels. */
function rgbFilters({ shape, data }: Tensor, scale: number, channels: Normalisation['channels']): Tensor {
  const [outputs, , height, width] = shape as [number, number, number, number]
  const area = height * width
  const out = new Float32Array(outputs * 3 * area)
  for (let o = 0; o < outputs; o++) {
    for (let c = 0; c < 3; c++) {
      for (let p = 0; p < area; p++) {
        const source = (o * 3 + (channels === 'bgr' ? 2 - c : c)) * area + p
        out[(o * 3 + c) * area + p] = Number(data[source]) * scale
      }
    }
  }
  return { shape: [outputs, 3, height, width], data: out }
}

function addToBias(
  graph: Graph,
  node: Node,
  filters: Tensor,
  offset: readonly number[],
  scale: number,
  channels: Normalisation['channels'],
): void {
  const { shape, data } = rgbFilters(filters, scale, channels)
  const outputs = shape[0] as number
  const perOutput = data.length / outputs
  const old = node.inputs[2] ? graph.constants.get(node.inputs[2])?.data : undefined
  const bias = Float32Array.from({ length: outputs }, (_, o) => {
    let sum = Number(old?.[o] ?? 0)
    for (let i = 0; i < perOutput; i++) {
      sum -= Number(data[o * perOutput + i]) * (offset[Math.floor((i * 3) / perOutput)] as number)
    }
    return sum
  })
  graph.constants.set('input_bias', { shape: [outputs], data: bias })
  node.inputs[2] = 'input_bias'
}
