/**
 * Measures, for `quantise`, the least and the greatest value of each tensor that the template net's convolutions read or
 * write, over the chips of 160 pictures of LFW's folds 0, 1 and 2 and their mirror images.
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
import { floatGraph } from '../../src/engine/models/compile.ts'
import { openSessions } from '../../src/engine/models/index.ts'
import { encodeModel } from '../../src/engine/models/onnx.ts'
import { quantisedTensors } from '../../src/engine/models/quantise.ts'
import { sessionOptions } from '../../src/engine/models/sessions.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'

const folds = [0, 1, 2]
const pictures = 160

const graph = await floatGraph('face-recognition')
const tensors = quantisedTensors(graph).filter((name) => name !== 'input')
for (const name of tensors)
  graph.outputs.push({ name, shape: ['N', ...[1, 2, 3].map((axis) => `${name}_${axis}`)] })
const net = await InferenceSession.create(encodeModel(graph), sessionOptions)
const sessions = await openSessions(['blazeface', 'facemesh'])
const nets = faceNets(sessions)
const least = new Map(tensors.map((name) => [name, 0]))
const greatest = new Map(tensors.map((name) => [name, 0]))

const paths = [...picturesOf(readPairs())].filter(([, fold]) => folds.includes(fold)).map(([path]) => path)
const step = Math.floor(paths.length / pictures)
for (let index = 0; index < pictures; index++) {
  const pixels = await decodePicture(readFileSync(resolve(lfwFolder, paths[index * step]!)))
  const { mesh } = await findFaces(pixels, nets.detector, nets.mesh)
  if (mesh) await templateParts(pixels, mesh.points, { recognition: measure, description: nothing })
}
await sessions.close()

// The input is any picture; the rest is rounded outwards to hundredths.
const rows = [
  '  input: [0, 255],',
  ...tensors.map((name) => {
    const [from, to] = [Math.floor(least.get(name)! * 100) / 100, Math.ceil(greatest.get(name)! * 100) / 100]
    return `  ${name}: [${from}, ${to}],`
  }),
]
writeFileSync(
  'src/engine/models/ranges.ts',
  `/** Written by training/match/ranges.ts: do not edit by hand. */
import type { Ranges } from './quantise.ts'

export const faceRecognitionRanges: Ranges = {
${rows.join('\n')}
}
`,
)

async function nothing(): Promise<Float32Array> {
  return new Float32Array(1024)
}

async function measure(chips: Float32Array): Promise<Float32Array> {
  const results = await net.run({ input: new Tensor('float32', chips, [2, 3, 150, 150]) })
  for (const name of tensors) {
    for (const value of results[name]!.data as Float32Array) {
      if (value < least.get(name)!) least.set(name, value)
      if (value > greatest.get(name)!) greatest.set(name, value)
    }
  }
  return results.template!.data as Float32Array
}
