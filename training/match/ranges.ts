/**
 * Measures, for `quantise`, the least and the greatest value of each tensor that the convolutions of the template's two
 * nets read or write, over the faces of 160 pictures of LFW's folds 0, 1 and 2 (chips and their mirror images).
 *
 *   npx tsx training/match/ranges.ts      writes src/engine/models/ranges.ts
 *
 * A value beyond its range is cut off. Afterwards raise COMPILER_VERSION, run calibrate.ts and `npm run eval:match`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { lfwFolder, picturesOf, readPairs } from '../../bench/lfw.ts'
import { faceNets, findFaces } from '../../src/engine/face/index.ts'
import { templateParts } from '../../src/engine/face/template.ts'
import { catalogue } from '../../src/engine/models/catalogue.ts'
import { floatGraph } from '../../src/engine/models/compile.ts'
import { openSessions } from '../../src/engine/models/index.ts'
import { encodeModel } from '../../src/engine/models/onnx.ts'
import { quantisedTensors } from '../../src/engine/models/quantise.ts'
import { sessionOptions } from '../../src/engine/models/sessions.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'

const folds = [0, 1, 2]
const pictures = 160

const sessions = await openSessions(['blazeface', 'facemesh'])
const nets = faceNets(sessions)
const [recognition, description] = [
  await gauge('face-recognition', 'template'),
  await gauge('faceres', 'features'),
]
const paths = [...picturesOf(readPairs())].filter(([, fold]) => folds.includes(fold)).map(([path]) => path)
const step = Math.floor(paths.length / pictures)
for (let index = 0; index < pictures; index++) {
  const pixels = await decodePicture(readFileSync(resolve(lfwFolder, paths[index * step]!)))
  const { mesh } = await findFaces(pixels, nets.detector, nets.mesh)
  if (mesh)
    await templateParts(pixels, mesh.points, { recognition: recognition.run, description: description.run })
}
await sessions.close()
writeFileSync(
  'src/engine/models/ranges.ts',
  `/** Written by training/match/ranges.ts: do not edit by hand. */
import type { Ranges } from './quantise.ts'

export const faceRecognitionRanges: Ranges = {
${recognition.rows()}
}

export const descriptionRanges: Ranges = {
${description.rows()}
}
`,
)

/** A net in floats that keeps the range of each tensor over all its runs. */
async function gauge(name: 'face-recognition' | 'faceres', output: string) {
  const graph = await floatGraph(name)
  const tensors = quantisedTensors(graph).filter((tensor) => tensor !== 'input')
  for (const tensor of tensors)
    graph.outputs.push({ name: tensor, shape: ['N', ...[1, 2, 3].map((axis) => `${tensor}_${axis}`)] })
  const net = await InferenceSession.create(encodeModel(graph), sessionOptions)
  const least = new Map(tensors.map((tensor) => [tensor, 0]))
  const greatest = new Map(tensors.map((tensor) => [tensor, 0]))
  const run = async (input: Float32Array): Promise<Float32Array> => {
    const { shape } = catalogue[name].inputs[0]
    const count = input.length / shape.reduce((product, size) => product * size, 1)
    const results = await net.run({ input: new Tensor('float32', input, [count, ...shape]) })
    for (const tensor of tensors) {
      for (const value of results[tensor]!.data as Float32Array) {
        if (value < least.get(tensor)!) least.set(tensor, value)
        if (value > greatest.get(tensor)!) greatest.set(tensor, value)
      }
    }
    return results[output]!.data as Float32Array
  }
  // The input is any picture; the rest is rounded outwards to hundredths.
  const rows = () => {
    const outwards = (tensor: string) =>
      [Math.floor(least.get(tensor)! * 100) / 100, Math.ceil(greatest.get(tensor)! * 100) / 100].join(', ')
    return ['  input: [0, 255],', ...tensors.map((tensor) => `  '${tensor}': [${outwards(tensor)}],`)].join(
      '\n',
    )
  }
  return { run, rows }
}
