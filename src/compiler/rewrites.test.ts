import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import type { Normalisation } from '../engine/models/net.ts'
import { alignChannels } from './align-channels.ts'
import { keepBlocked } from './blocked-layout.ts'
import { type GraphBuilder, graphBuilder } from './graph-builder.ts'
import { foldNormalisation } from './normalise.ts'
import { encodeModel, type Graph } from './onnx.ts'
import { simplify } from './simplify.ts'

/** Each rewrite against onnxruntime's own answer for the graph before it. */

const SIDE = 8

/** Numbers in -1..1, the same in every run. */
function noise(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => Math.sin((index + 1) * 12.9898 * (seed + 1)))
}

function convolution(builder: GraphBuilder, input: string, shape: number[], options: object = {}): string {
  const size = shape.reduce((product, value) => product * value)
  const filters = builder.constant({ shape, data: noise(size, size) })
  const bias = builder.floats(noise(shape[0] as number, 7))
  return builder.node('Conv', [input, filters, bias], {
    auto_pad: 'SAME_UPPER',
    kernel_shape: shape.slice(2),
    ...options,
  })
}

/** A graph whose last node's output is `output`, as 1 x channels x SIDE x SIDE. */
function graphOf(channels: number, build: (builder: GraphBuilder) => string): Graph {
  const builder = graphBuilder('test', { name: 'input', shape: ['N', 3, SIDE, SIDE] })
  builder.node('Reshape', [build(builder), builder.integers([0, -1])], {}, 'output')
  builder.graph.outputs.push({ name: 'output', shape: ['N', channels * SIDE * SIDE] })
  return builder.graph
}

async function run(graph: Graph, input: Float32Array): Promise<Float32Array> {
  const session = await InferenceSession.create(encodeModel(graph))
  const { output } = await session.run({ input: new Tensor('float32', input, [1, 3, SIDE, SIDE]) })
  await session.release()
  return output?.data as Float32Array
}

async function expectSame(
  before: Graph,
  rewrite: (graph: Graph) => void,
  input = noise(3 * SIDE * SIDE, 3),
  inputBefore = input,
): Promise<string[]> {
  const expected = await run(before, inputBefore)
  rewrite(before)
  const actual = await run(before, input)
  expect(actual).toHaveLength(expected.length)
  const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
  expect(largest).toBeGreaterThan(0.1)
  for (let i = 0; i < actual.length; i++) {
    expect(Math.abs((actual[i] as number) - (expected[i] as number)) / largest).toBeLessThan(1e-5)
  }
  return before.nodes.map((node) => node.op)
}

describe('simplify', () => {
  it('joins Mul and Add to the convolution, with and without a bias, and the clip to one node', async () => {
    const graph = graphOf(4, (builder) => {
      const filters = builder.constant({ shape: [4, 3, 3, 3], data: noise(108, 1) })
      let x = builder.node('Conv', ['input', filters], { auto_pad: 'SAME_UPPER', kernel_shape: [3, 3] })
      x = builder.node('Mul', [x, builder.floats(noise(4, 2), [4, 1, 1])])
      x = builder.node('Add', [x, builder.floats(noise(4, 3), [4, 1, 1])])
      x = builder.node('Mul', [builder.floats(noise(4, 4), [4, 1, 1]), x])
      x = builder.node('Relu', [x])
      x = builder.node('Min', [x, builder.floats([1.5], [])])
      return builder.node('Max', [x, builder.floats([0], [])])
    })
    expect(await expectSame(graph, simplify)).toEqual(['Conv', 'Clip', 'Reshape'])
  })

  it('leaves a convolution alone whose plain output is read elsewhere', async () => {
    const graph = graphOf(4, (builder) => {
      const x = convolution(builder, 'input', [4, 3, 3, 3])
      return builder.node('Add', [builder.node('Mul', [x, builder.floats(noise(4, 2), [4, 1, 1])]), x])
    })
    expect(await expectSame(graph, simplify)).toEqual(['Conv', 'Mul', 'Add', 'Reshape'])
  })
})

describe('keepBlocked', () => {
  it.each([
    ['up to 1', [0.25, 1, -0.5, 0]],
    ['above 1', [0.25, 1.7, -0.5, 0]],
  ])('writes PRelu with slopes %s as convolutions', async (_, slopes) => {
    const graph = graphOf(4, (builder) =>
      builder.node('PRelu', [convolution(builder, 'input', [4, 3, 3, 3]), builder.floats(slopes, [4, 1, 1])]),
    )
    expect(await expectSame(graph, keepBlocked)).not.toContain('PRelu')
  })

  it('writes channel padding as a convolution, also behind a sum with another one', async () => {
    const graph = graphOf(9, (builder) => {
      const pad = (x: string, extra: number) =>
        builder.node('Pad', [x, builder.integers([0, 0, 0, 0, 0, extra, 0, 0])])
      const x = pad(convolution(builder, 'input', [4, 3, 3, 3]), 2)
      return pad(builder.node('Add', [x, convolution(builder, 'input', [6, 3, 1, 1])]), 3)
    })
    expect(await expectSame(graph, keepBlocked)).not.toContain('Pad')
  })

  it('leaves padding of rows and columns', async () => {
    const graph = graphOf(4, (builder) => {
      const x = convolution(builder, 'input', [4, 3, 1, 1])
      return builder.node('Pad', [x, builder.integers([0, 0, 0, 0, 0, 0, 1, 1])])
    })
    graph.outputs[0] = { name: 'output', shape: ['N', 4 * 9 * 9] }
    expect(await expectSame(graph, keepBlocked)).toContain('Pad')
  })
})

describe('alignChannels', () => {
  it('widens through depthwise convolutions, sums and pools, and keeps what the output reads', async () => {
    const graph = graphOf(5, (builder) => {
      const first = builder.node('Relu', [convolution(builder, 'input', [6, 3, 3, 3])])
      const depth = convolution(builder, first, [6, 1, 3, 3], { group: 6 })
      const sum = builder.node('Add', [convolution(builder, depth, [6, 6, 1, 1]), first])
      const pool = builder.node('MaxPool', [sum], { kernel_shape: [3, 3], auto_pad: 'SAME_UPPER' })
      return convolution(builder, pool, [5, 6, 1, 1])
    })
    await expectSame(graph, (before) => alignChannels(before, 16))
    const filters = graph.nodes
      .filter((node) => node.op === 'Conv')
      .map((node) => graph.constants.get(node.inputs[1] as string)?.shape.slice(0, 2))
    expect(filters).toEqual([
      [16, 3],
      [16, 1],
      [16, 16],
      [5, 16],
    ])
  })
})

describe('foldNormalisation', () => {
  const pixels = Float32Array.from(noise(3 * SIDE * SIDE, 5), (value) => Math.round(127.5 + 127.5 * value))
  const plane = SIDE * SIDE
  const normalised = ({ offset, scale, channels }: Normalisation) =>
    Float32Array.from(pixels, (_, index) => {
      const channel = Math.floor(index / plane)
      const source = channels === 'bgr' ? 2 - channel : channel
      return ((pixels[source * plane + (index % plane)] as number) - (offset[source] as number)) * scale
    })

  it.each(['SAME_UPPER', 'VALID'])('gives the same for %s, also at the border', async (padding) => {
    for (const channels of ['rgb', 'bgr'] as const) {
      const normalisation: Normalisation = { offset: [120, 110, 100], scale: 1 / 64, channels }
      const graph = graphOf(4, (builder) =>
        convolution(builder, 'input', [4, 3, 3, 3], { auto_pad: padding }),
      )
      if (padding === 'VALID') graph.outputs[0] = { name: 'output', shape: ['N', 4 * 6 * 6] }
      const ops = await expectSame(
        graph,
        (before) => foldNormalisation(before, normalisation),
        pixels,
        normalised(normalisation),
      )
      expect(ops.includes('Sub')).toBe(padding === 'SAME_UPPER')
    }
  })

  it('refuses a graph that does not start with one convolution', () => {
    const graph = graphOf(3, (builder) => builder.node('Relu', ['input']))
    const normalisation: Normalisation = { offset: [0, 0, 0], scale: 1, channels: 'rgb' }
    expect(() => foldNormalisation(graph, normalisation)).toThrow(TypeError)
  })
})
