import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Pixels } from '../../src/engine/picture/pixels.ts'
import { squareTransform } from '../../src/engine/picture/transform.ts'
import { warpToTensor } from '../../src/engine/picture/warp.ts'
import type { Box, Pose } from '../../src/engine/types.ts'

/** Head pose by FSA-Net, in this project's signs; it does not ship and only measures. */
export type PoseYardstick = (pixels: Pixels, box: Box) => Promise<Pose>

const side = 64
const files = ['fsanet-1x1-iter-688590.onnx', 'fsanet-var-iter-688590.onnx']

/** Null where the nets are not there. @param growth how much larger than the detector's box the crop is */
export async function openYardstick(shared: string, growth = 1.6): Promise<PoseYardstick | null> {
  const paths = files.map((file) => join(shared, 'models/fsanet', file))
  if (!paths.every(existsSync)) return null
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 as const }
  const nets = await Promise.all(paths.map((path) => InferenceSession.create(path, options)))
  return async (pixels, box) => {
    const input = new Float32Array(3 * side * side)
    const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    const transform = squareTransform(centre, Math.max(box.width, box.height) * growth, side)
    warpToTensor(pixels, transform, side, input, {
      bgr: true,
      mean: [127.5, 127.5, 127.5],
      scale: 1 / 128,
    })
    let [yaw, pitch, roll] = [0, 0, 0]
    for (const net of nets) {
      const feed = { [net.inputNames[0]!]: new Tensor('float32', input, [1, 3, side, side]) }
      const output = (await net.run(feed))[net.outputNames[0]!]!.data as Float32Array
      yaw += output[0]! / nets.length
      pitch += output[1]! / nets.length
      roll += output[2]! / nets.length
    }
    // Its yaw grows to the subject's right.
    return { yaw: -yaw, pitch, roll }
  }
}
