/** face-api's nets: their files hold only weights, so the topology is written here. */
import {
  convolutionFilters,
  depthwiseFilters,
  type GraphBuilder,
  graphBuilder,
  windowAttributes,
} from './graph-builder.ts'
import type { Graph, Tensor } from './onnx.ts'
import type { Weights } from './weights.ts'

function take(weights: Weights, name: string): Tensor {
  const tensor = weights.get(name)
  if (!tensor) throw new TypeError(`Expected a weight ${name}`)
  return tensor
}

/** A small Xception with two heads: a 112x112 face to age in years and to the probabilities (male, female). */
function ageGenderNet(name: string, weights: Weights): Graph {
  const builder = graphBuilder(name, { name: 'input', shape: ['N', 3, 112, 112] })
  const relu = (input: string) => builder.node('Relu', [input])
  const constant = (weight: string) => builder.constant(take(weights, weight))
  const { convolution, separable } = layersOf(builder, weights)
  const reduction = (input: string, layer: string, activated: string) => {
    const first = separable(activated, `${layer}/separable_conv0`)
    const second = separable(relu(first), `${layer}/separable_conv1`)
    const pooled = builder.node('MaxPool', [second], windowAttributes('SAME', [2, 2], [3, 3]))
    return builder.node('Add', [convolution(input, `${layer}/expansion_conv`, 2), pooled])
  }

  let x = relu(convolution('input', 'entry_flow/conv_in', 2))
  x = reduction(x, 'entry_flow/reduction_block_0', x)
  x = reduction(x, 'entry_flow/reduction_block_1', relu(x))
  for (const layer of ['middle_flow/main_block_0', 'middle_flow/main_block_1']) {
    let path = x
    for (const part of ['separable_conv0', 'separable_conv1', 'separable_conv2']) {
      path = separable(relu(path), `${layer}/${part}`)
    }
    x = builder.node('Add', [path, x])
  }
  x = reduction(x, 'exit_flow/reduction_block', relu(x))
  x = relu(separable(x, 'exit_flow/separable_conv'))
  // The map is 7x7 here, so the source's 7x7 average pooling is the mean over the whole map.
  x = builder.node('ReduceMean', [x], { axes: [2, 3], keepdims: 0 })
  builder.node('Gemm', [x, constant('fc/age/weights'), constant('fc/age/bias')], {}, 'age')
  const gender = builder.node('Gemm', [x, constant('fc/gender/weights'), constant('fc/gender/bias')])
  builder.node('Softmax', [gender], { axis: -1 }, 'gender')
  builder.graph.outputs.push({ name: 'age', shape: ['N', 1] }, { name: 'gender', shape: ['N', 2] })
  return builder.graph
}

/**
 * Four densely joined blocks: a 112x112 face to the logits of seven expressions. Each block halves the sides first and
 * hands on the sum of its four layers.
 */
function expressionNet(name: string, weights: Weights): Graph {
  const builder = graphBuilder(name, { name: 'input', shape: ['N', 3, 112, 112] })
  const { convolution, separable } = layersOf(builder, weights)
  const relu = (input: string) => builder.node('Relu', [input])
  const add = (first: string, second: string) => builder.node('Add', [first, second])
  let x = 'input'
  for (const block of ['dense0', 'dense1', 'dense2', 'dense3']) {
    const halved = x === 'input' ? convolution(x, `${block}/conv0`, 2) : separable(x, `${block}/conv0`, 2)
    let sum = relu(halved)
    for (const layer of ['conv1', 'conv2', 'conv3'])
      sum = add(sum, separable(layer === 'conv1' ? sum : relu(sum), `${block}/${layer}`))
    x = relu(sum)
  }
  // The map is 7x7 here, so the source's 7x7 average pooling is the mean over the whole map.
  x = builder.node('ReduceMean', [x], { axes: [2, 3], keepdims: 0 })
  const [filters, bias] = ['fc/weights', 'fc/bias'].map((weight) => builder.constant(take(weights, weight)))
  builder.node('Gemm', [x, filters!, bias!], {}, 'expressions')
  builder.graph.outputs.push({ name: 'expressions', shape: ['N', 7] })
  return builder.graph
}

/** The layers face-api's small nets are made of; each adds its nodes to the graph and returns its output's name. */
function layersOf(builder: GraphBuilder, weights: Weights) {
  const constant = (weight: string) => builder.constant(take(weights, weight))
  return {
    convolution: (input: string, layer: string, stride: number) => {
      const filters = convolutionFilters(take(weights, `${layer}/filters`))
      return builder.node(
        'Conv',
        [input, builder.constant(filters), constant(`${layer}/bias`)],
        windowAttributes('SAME', [stride, stride], filters.shape.slice(2)),
      )
    },
    /** Each channel by itself, then all channels at each place. */
    separable: (input: string, layer: string, stride = 1) => {
      const depth = depthwiseFilters(take(weights, `${layer}/depthwise_filter`))
      const point = convolutionFilters(take(weights, `${layer}/pointwise_filter`))
      const spread = builder.node('Conv', [input, builder.constant(depth)], {
        ...windowAttributes('SAME', [stride, stride], [3, 3]),
        group: depth.shape[0] as number,
      })
      return builder.node(
        'Conv',
        [spread, builder.constant(point), constant(`${layer}/bias`)],
        windowAttributes('VALID', [1, 1], [1, 1]),
      )
    },
  }
}

/** By the net's name in the catalogue. */
export const topologies: Record<string, (name: string, weights: Weights) => Graph> = {
  'age-gender': ageGenderNet,
  expression: expressionNet,
}
