import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as TensorFlow from '@tensorflow/tfjs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { portrait } from '../../test/support/pictures.ts'
import { catalogue, type NetName } from '../engine/models/catalogue.ts'
import { packageRoot } from '../engine/models/files.ts'
import { type ModelSessions, openSessions } from '../engine/models/sessions.ts'
import { fetchFromPackage } from './fetch-package.ts'

/**
 * The compiled nets against the library their weights were made for. The input normalisation is written
 * again here, in TensorFlow's words, so that a slip in the compiled one shows.
 */

const require = createRequire(import.meta.url)
// face-api carries no TensorFlow.js of its own in this build: it uses the installed one, so tensors are shared.
const faceApi = require('@vladmandic/face-api/dist/face-api.node-wasm.js')
const tf: typeof TensorFlow = require('@tensorflow/tfjs')
const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm')

type Image = TensorFlow.Tensor4D

const kinds = ['noise', 'photograph'] as const
type Kind = (typeof kinds)[number]

const human = {
  blazeface: {
    prepare: (x: Image) => x.div(127.5).sub(1),
    outputs: {
      scores: (out: Results) => tf.sigmoid(tf.concat([get(out, 'Identity'), get(out, 'Identity_1')], 1)),
      boxes: (out: Results) => tf.concat([get(out, 'Identity_2'), get(out, 'Identity_3')], 1),
    },
  },
  facemesh: {
    prepare: (x: Image) => x.div(255),
    outputs: {
      mesh: (out: Results) => get(out, 'output_mesh', 'Identity_2'),
      face: (out: Results) => get(out, 'output_faceflag', 'Identity_1'),
    },
  },
  'pad-trunk': {
    // Darker by the mean a second time, and red first: see the catalogue.
    prepare: (x: Image) =>
      x.sub(tf.tensor1d([103.939, 116.779, 123.68])).sub(tf.tensor1d([123.68, 116.779, 103.94])),
    outputs: { features: (out: Results) => get(out, 'conv_pw_6_relu/clip_by_value') },
  },
} as const

/** Nets that end within another one: the file, and the node they end at. */
const parts: Partial<Record<NetName, { file: string; node: string }>> = {
  'pad-trunk': { file: 'faceres', node: 'conv_pw_6_relu/clip_by_value' },
}

const TOLERANCE = 1e-4
const BATCH = 2
let sessions: ModelSessions

beforeAll(async () => {
  setWasmPaths(join(packageRoot(), 'node_modules/@tensorflow/tfjs-backend-wasm/dist/'))
  await tf.setBackend('wasm')
  await tf.ready()
  sessions = await openSessions([
    'blazeface',
    'facemesh',
    'pad-trunk',
    'face-recognition',
    'pad-general',
    'age-gender',
    'expression',
  ])
})

afterAll(() => sessions?.close())

describe.each(kinds)('nets of @vladmandic/human on %s', (kind) => {
  it.each(Object.keys(human) as (keyof typeof human)[])('%s agrees with TensorFlow.js', async (name) => {
    const model = await loadGraphModel(parts[name]?.file ?? name)
    const { planes, image } = await images(name, kind)
    const actual = await sessions.run(name, planes)
    // blazeface declares a batch of one, so the reference goes picture by picture.
    const expected = tf
      .unstack(image)
      .map((one) => reference(model, human[name], tf.expandDims(one, 0), parts[name]?.node))
    for (const output of Object.keys(human[name].outputs)) {
      const together = expected.flatMap((result) => Array.from(result[output] as Float32Array))
      const atLeast = probabilities.includes(output) ? 1 : 0
      expect(difference(actual[output as keyof typeof actual], together, atLeast), output).toBeLessThan(
        TOLERANCE,
      )
    }
  })
})

describe.each(kinds)('nets of @vladmandic/face-api on %s', (kind) => {
  const load = async (net: { loadFromWeightMap(map: unknown): void }, file: string) => {
    const directory = join(packageRoot(), 'node_modules/@vladmandic/face-api/model')
    const manifest = JSON.parse(await readFile(join(directory, `${file}-weights_manifest.json`), 'utf8'))
    const bytes = new Uint8Array(await readFile(join(directory, `${file}.bin`))).buffer
    net.loadFromWeightMap(tf.io.decodeWeights(bytes, manifest[0].weights))
    return net
  }

  it('age-gender agrees with face-api', async () => {
    const net = (await load(new faceApi.AgeGenderNet(), 'age_gender_model')) as never as {
      forward(images: TensorFlow.Tensor[]): Promise<{ age: TensorFlow.Tensor; gender: TensorFlow.Tensor }>
    }
    const { planes, image } = await images('age-gender', kind)
    const expected = await net.forward(tf.unstack(image))
    const actual = await sessions.run('age-gender', planes)
    expect(difference(actual.age, await expected.age.data())).toBeLessThan(TOLERANCE)
    expect(difference(actual.gender, await expected.gender.data())).toBeLessThan(TOLERANCE)
  })

  it('expression agrees with face-api', async () => {
    const net = (await load(new faceApi.FaceExpressionNet(), 'face_expression_model')) as never as {
      runNet(images: unknown): TensorFlow.Tensor
    }
    const { planes, image } = await images('expression', kind)
    // forward() would turn the logits into probabilities, next to which a wrong logit hardly shows.
    const expected = net.runNet(new faceApi.NetInput(tf.unstack(image) as never))
    const { expressions } = await sessions.run('expression', planes)
    expect(expressions).toHaveLength(BATCH * 7)
    expect(difference(expressions, await expected.data())).toBeLessThan(TOLERANCE)
  })
})

/** Their package has no library to ask: each file itself is run as it came, on blue, green, red. */
describe.each([
  { name: 'face-recognition', side: 112, offset: 127, divisor: 128 },
  { name: 'pad-general', side: 128, offset: 0, divisor: 1 },
] as const)('$name of faceplugin-face-recognition-js', ({ name, side, offset, divisor }) => {
  let directory: string
  let original: InferenceSession
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'liveface-weights-'))
    const source = await fetchFromPackage(catalogue[name], directory)
    original = await InferenceSession.create(join(source, Object.keys(catalogue[name].files)[0]!))
  })
  afterAll(async () => {
    await original?.release()
    await rm(directory, { recursive: true })
  })

  it.each(kinds)('agrees with its own file on %s', async (kind) => {
    const { planes, image } = await images(name, kind)
    const expected: number[] = []
    for (const one of tf.unstack(image)) {
      const prepared = tf
        .reverse(one as TensorFlow.Tensor3D, 2)
        .sub(offset)
        .div(divisor)
        .transpose([2, 0, 1])
      const input = new Tensor('float32', prepared.dataSync() as Float32Array, [1, 3, side, side])
      const { output } = await original.run({ input })
      expected.push(...(output!.data as Float32Array))
    }
    const [output] = catalogue[name].outputs
    const actual = Object.values(await sessions.run(name, planes))[0]!
    expect(expected).toHaveLength(BATCH * output.shape[0])
    expect(difference(actual, expected)).toBeLessThan(TOLERANCE)
  })
})

type Results = Record<string, TensorFlow.Tensor>

/** The output under the first of its names that is there, with or without ':0'. */
function get(results: Results, ...names: string[]): TensorFlow.Tensor {
  const found = names.flatMap((name) => [results[name], results[`${name}:0`]]).find(Boolean)
  if (!found) throw new Error(`None of ${names} among ${Object.keys(results)}`)
  return found
}

async function loadGraphModel(name: string): Promise<TensorFlow.GraphModel> {
  const directory = join(packageRoot(), 'node_modules/@vladmandic/human/models')
  const model = JSON.parse(await readFile(join(directory, `${name}.json`), 'utf8'))
  const bytes = new Uint8Array(await readFile(join(directory, `${name}.bin`)))
  return tf.loadGraphModel({
    load: async () => ({
      ...model,
      weightSpecs: model.weightsManifest.flatMap((group: { weights: unknown[] }) => group.weights),
      weightData: bytes.buffer,
    }),
  })
}

function reference(
  model: TensorFlow.GraphModel,
  { prepare, outputs }: (typeof human)[keyof typeof human],
  image: TensorFlow.Tensor,
  node?: string,
): Record<string, Float32Array> {
  const input = prepare(image as Image)
  const nodes = node ? [node] : model.outputNodes
  const raw = model.execute(input, nodes) as TensorFlow.Tensor | TensorFlow.Tensor[]
  const list = Array.isArray(raw) ? raw : [raw]
  const named = Object.fromEntries(nodes.map((name, i) => [name, list[i] as TensorFlow.Tensor]))
  return Object.fromEntries(
    Object.entries(outputs).map(([name, pick]) => [name, pick(named).dataSync() as Float32Array]),
  )
}

/** The same pictures twice: NCHW for us, NHWC for TensorFlow.js; whole numbers 0..255. */
async function images(
  name: Exclude<NetName, 'template'>,
  kind: Kind,
): Promise<{ planes: Float32Array; image: Image }> {
  const [, height, width] = catalogue[name].inputs[0].shape
  const shape: [number, number, number, number] = [BATCH, height, width, 3]
  const pixels = kind === 'noise' ? noise(shape) : await photographs(height, width)
  const image = tf.tensor4d(pixels, shape)
  return { planes: (await tf.transpose(image, [0, 3, 1, 2]).data()) as Float32Array, image }
}

/** Waves with noise on them: noise alone dies out in the first layers. */
function noise([count, height, width]: [number, number, number, number]): Float32Array {
  let seed = 12345
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed / 2 ** 32
  }
  const waves = Array.from(
    { length: count * 3 },
    () => [random() * 0.2, random() * 0.2, random() * 6] as const,
  )
  return Float32Array.from({ length: count * height * width * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3)
    const [x, y, item] = [
      pixel % width,
      Math.floor(pixel / width) % height,
      Math.floor(pixel / (width * height)),
    ]
    const [fx, fy, phase] = waves[item * 3 + (index % 3)] ?? [0, 0, 0]
    const value = 127 + 90 * Math.sin(x * fx + y * fy + phase) + 38 * (random() * 2 - 1)
    return Math.round(Math.min(255, Math.max(0, value)))
  })
}

async function photographs(height: number, width: number): Promise<Float32Array> {
  const faces = await Promise.all((['personA', 'personC'] as const).map(portrait))
  const raw = faces.map((face) =>
    sharp(face).resize(width, height, { fit: 'fill' }).removeAlpha().raw().toBuffer(),
  )
  return Float32Array.from(Buffer.concat(await Promise.all(raw)))
}

/** Probabilities that may all be next to zero: their error is taken relative to their range, 1. */
const probabilities = ['scores', 'face']

/** Largest difference relative to the largest value of the output, or to `atLeast` when that is larger. */
function difference(actual: Float32Array, expected: ArrayLike<number>, atLeast = 0): number {
  if (actual.length !== expected.length) throw new Error(`${actual.length} values against ${expected.length}`)
  let [largest, error] = [atLeast, 0]
  for (let i = 0; i < actual.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i] as number))
    error = Math.max(error, Math.abs((actual[i] as number) - (expected[i] as number)))
  }
  return error / largest
}
