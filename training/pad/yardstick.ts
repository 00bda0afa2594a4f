/**
 * Scores every picture to evaluate with MiniFASNet (Silent-Face-Anti-Spoofing, Apache-2.0), the yardstick: the mean of
 * its two nets, 1 for a bona fide face. Faces are those of our own detector. Writes training/pad/yardstick.csv.
 *
 *     npx tsx training/pad/yardstick.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { faceNetNames, faceNets, findFaces } from '../../src/engine/face/index.ts'
import { insidePicture } from '../../src/engine/liveness/views.ts'
import { openSessions } from '../../src/engine/models/index.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import type { Pixels } from '../../src/engine/picture/pixels.ts'
import { cropToTensor } from '../../src/engine/picture/warp.ts'
import { stopwatch } from '../../src/engine/stopwatch.ts'
import type { Box } from '../../src/engine/types.ts'
import { sharedDirectory } from '../../test/support/shared.ts'
import { evaluated } from './pictures.ts'

const side = 80
const shared = sharedDirectory()
if (!shared) throw new Error('The pictures are not here: set LIVEFACE_SHARED.')
const open = (name: string) =>
  InferenceSession.create(join(shared, 'models/minifasnet', name), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  })
const yardsticks = [
  { factor: 2.7, net: await open('2.7_80x80_MiniFASNetV2.onnx') },
  { factor: 4, net: await open('4_0_0_80x80_MiniFASNetV1SE.onnx') },
]

async function score(pixels: Pixels, box: Box): Promise<number> {
  let sum = 0
  for (const { factor, net } of yardsticks) {
    const input = new Float32Array(3 * side * side)
    cropToTensor(pixels, insidePicture(pixels, box, factor), side, input, { bgr: true })
    const feeds = { [net.inputNames[0]!]: new Tensor('float32', input, [1, 3, side, side]) }
    const output = (await net.run(feeds))[net.outputNames[0]!]!.data as Float32Array
    sum += output[1]! / yardsticks.length
  }
  return sum
}

const data = join(shared, 'data')
const sessions = await openSessions(faceNetNames)
const nets = faceNets(sessions)
const lines = ['path,score']
for (const { path } of evaluated(data)) {
  const pixels = await decodePicture(readFileSync(join(data, path)), { longestSide: 1280 })
  const { faces } = await findFaces(pixels, nets.detector, nets.mesh, stopwatch())
  if (faces[0]) lines.push(`${path},${(await score(pixels, faces[0].box)).toFixed(4)}`)
  if (lines.length % 500 === 0) console.log(lines.length)
}
writeFileSync(join(import.meta.dirname, 'yardstick.csv'), `${lines.join('\n')}\n`)
await sessions.close()
