/** MiniFASNet (Silent-Face-Anti-Spoofing, Apache-2.0), the yardstick: it is measured beside ours and never shipped. */
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { insidePicture } from '../../src/engine/liveness/views.ts'
import type { Pixels } from '../../src/engine/picture/pixels.ts'
import { cropToTensor } from '../../src/engine/picture/warp.ts'
import type { Box } from '../../src/engine/types.ts'

const side = 80
const files = [
  { factor: 2.7, name: '2.7_80x80_MiniFASNetV2.onnx' },
  { factor: 4, name: '4_0_0_80x80_MiniFASNetV1SE.onnx' },
]

/** @returns what scores a face: the mean of both nets, 1 for a bona fide one. @param models the folder of models */
export async function openYardstick(models: string): Promise<(pixels: Pixels, box: Box) => Promise<number>> {
  const yardsticks = await Promise.all(
    files.map(async ({ factor, name }) => {
      const options = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const
      return { factor, net: await InferenceSession.create(join(models, 'minifasnet', name), options) }
    }),
  )
  return async (pixels, box) => {
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
}
