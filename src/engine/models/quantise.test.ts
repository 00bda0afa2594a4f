import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { type GraphBuilder, graphBuilder } from './graph-builder.ts'
import { encodeModel, type Graph } from './onnx.ts'
import { quantise, quantisedTensors, type Ranges } from './quantise.ts'

const side = 12

/** Numbers in -1..1, the same in every run. */
function noise(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => Math.sin((index + 1) * 12.9898 * (seed + 1)))
}

/** Two convolutions with a shortcut around the second, and a third that nothing follows. */
function toy(): Graph {
  const builder = graphBuilder('toy', { name: 'input', shape: ['N', 3, side, side] })
  const first = builder.node('Relu', [convolution(builder, 'input', 8, 3, 1)])
  const second = convolution(builder, first, 8, 8, 2)
  const sum = builder.node('Relu', [builder.node('Add', [second, first])])
  builder.node('Reshape', [convolution(builder, sum, 4, 8, 3), builder.integers([0, -1])], {}, 'output')
  builder.graph.outputs.push({ name: 'output', shape: ['N', 4 * side * side] })
  return builder.graph
}

function convolution(builder: GraphBuilder, input: string, outputs: number, inputs: number, seed: number) {
  const shape = [outputs, inputs, 3, 3]
  const scale = 1 / Math.sqrt(9 * inputs)
  const data = noise(9 * outputs * inputs, seed).map(
    (value, i) => value * scale * (1 + Math.floor(i / 9) / 10),
  )
  const bias = builder.floats(noise(outputs, seed + 5))
  return builder.node('Conv', [input, builder.constant({ shape, data }), bias], {
    auto_pad: 'SAME_UPPER',
    kernel_shape: [3, 3],
  })
}

async function run(graph: Graph, input: Float32Array, names = ['output']): Promise<Float32Array[]> {
  const session = await InferenceSession.create(encodeModel(graph), { logSeverityLevel: 3 })
  const results = await session.run({ input: new Tensor('float32', input, [2, 3, side, side]) }, names)
  await session.release()
  return names.map((name) => results[name]!.data as Float32Array)
}

async function rangesOf(graph: Graph, input: Float32Array): Promise<Ranges> {
  const names = quantisedTensors(graph)
  const inner = names.filter((name) => name !== 'input')
  for (const name of inner) graph.outputs.push({ name, shape: ['N', `${name}_1`, `${name}_2`, `${name}_3`] })
  const values = await run(graph, input, inner)
  const rows = inner.map((name, index) => [name, [Math.min(...values[index]!), Math.max(...values[index]!)]])
  return Object.fromEntries([['input', [0, 255]], ...rows])
}

const pictures = noise(2 * 3 * side * side, 9).map((value) => Math.round(127 + 127 * value))

describe('quantise', () => {
  it('stays within a few hundredths of the floats, and the runtime computes in integers', async () => {
    const ranges = await rangesOf(toy(), pictures)
    expect(Object.keys(ranges)).toHaveLength(5)
    const [expected] = await run(toy(), pictures)
    const graph = toy()
    quantise(graph, ranges)
    const [actual] = await run(graph, pictures)
    const largest = expected!.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    let error = 0
    expected!.forEach((value, i) => {
      error += Math.abs(value - actual![i]!) / largest / expected!.length
    })
    expect(error).toBeGreaterThan(1e-5)
    expect(error).toBeLessThan(0.01)
    expect(graph.nodes.filter(({ op }) => op === 'Relu')).toHaveLength(1)
    const weights = [...graph.constants.values()].filter(({ data }) => data instanceof Int8Array)
    const integers = weights
      .filter(({ shape }) => shape.length === 4)
      .flatMap(({ data }) => [...data].map(Number))
    expect(Math.max(...integers.map(Math.abs))).toBe(64)
  })

  it('cuts off what lies beyond the range', async () => {
    const ranges = await rangesOf(toy(), pictures)
    const graph = toy()
    const [narrow] = quantisedTensors(graph).slice(-1)
    quantise(graph, { ...ranges, [narrow!]: [-0.5, 0.5] })
    const [actual] = await run(graph, pictures)
    expect(Math.max(...actual!.map(Math.abs))).toBeLessThan(0.51)
  })

  it('puts a Clip from 0 into the conversion, and no other', async () => {
    const clipped = (from: number) => {
      const builder = graphBuilder('toy', { name: 'input', shape: ['N', 3, side, side] })
      const limits = [builder.floats([from], []), builder.floats([30], [])]
      const x = builder.node('Clip', [convolution(builder, 'input', 4, 3, 1), ...limits])
      builder.node('Reshape', [convolution(builder, x, 4, 4, 3), builder.integers([0, -1])], {}, 'output')
      builder.graph.outputs.push({ name: 'output', shape: ['N', 4 * side * side] })
      return builder.graph
    }
    for (const [from, left] of [
      [0, 0],
      [-9, 1],
    ] as const) {
      const graph = clipped(from)
      const [expected] = await run(clipped(from), pictures)
      quantise(graph, await rangesOf(clipped(from), pictures))
      expect(graph.nodes.filter(({ op }) => op === 'Clip')).toHaveLength(left)
      const [actual] = await run(graph, pictures)
      const largest = Math.max(...expected!.map(Math.abs))
      expect(Math.max(...expected!.map((value, i) => Math.abs(value - actual![i]!)))).toBeLessThan(
        0.1 * largest,
      )
    }
  })

  it('refuses a tensor without a range', () => {
    expect(() => quantise(toy(), { input: [0, 255] })).toThrow(/range/)
  })
})
