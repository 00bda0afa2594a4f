/**
 * The head pose beside FSA-Net's on press pictures (LFW) and on video frames of people turning their heads.
 *
 *   npm run eval:pose          writes the section `eval:pose` of MODELS.md
 *
 * FSA-Net is a yardstick, not the truth: its own published mean error is about 4 degrees.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { faceNetNames, faceNets, findFaces } from '../src/engine/face/index.ts'
import { openSessions } from '../src/engine/models/index.ts'
import { decodePicture } from '../src/engine/picture/decode.ts'
import type { Pixels } from '../src/engine/picture/pixels.ts'
import { squareTransform } from '../src/engine/picture/transform.ts'
import { warpToTensor } from '../src/engine/picture/warp.ts'
import { measurePose } from '../src/engine/pose.ts'
import type { Box, Pose } from '../src/engine/types.ts'
import { writeSection } from './document.ts'

const shared = resolve(process.env.LIVEFACE_SHARED ?? '../shared')
const sets = [
  { name: 'LFW, every eighth picture', folder: 'data/lfw', step: 8 },
  { name: 'PAD video frames, every second', folder: 'data/pad/frames', step: 2 },
]
const nets = faceNets(await openSessions(faceNetNames))
const fsanet = await Promise.all(
  ['1x1', 'var'].map((kind) =>
    InferenceSession.create(join(shared, `models/fsanet/fsanet-${kind}-iter-688590.onnx`)),
  ),
)
const lines: string[] = []
for (const { name, folder, step } of sets) {
  const files = (readdirSync(join(shared, folder), { recursive: true }) as string[])
    .filter((file) => file.endsWith('.jpg'))
    .sort()
    .filter((_, index) => index % step === 0)
  const pairs: { ours: Pose; theirs: Pose }[] = []
  for (const file of files) {
    const pixels = await decodePicture(readFileSync(join(shared, folder, file)), { longestSide: 1280 })
    const { faces, mesh } = await findFaces(pixels, nets.detector, nets.mesh)
    if (!faces[0] || !mesh || mesh.presence < 0.5) continue
    pairs.push({ ours: measurePose(mesh.points), theirs: await runFsaNet(pixels, faces[0].box) })
  }
  const turned = pairs.filter(({ theirs }) => Math.abs(theirs.yaw) > 20)
  const agreeing = turned.filter(({ ours, theirs }) => ours.yaw * theirs.yaw > 0)
  const apart = (angle: keyof Pose) =>
    mean(pairs.map(({ ours, theirs }) => Math.abs(ours[angle] - theirs[angle])))
  lines.push(
    `| ${name} | ${pairs.length} | ${apart('yaw').toFixed(1)} | ${apart('pitch').toFixed(1)} | ${apart('roll').toFixed(1)} | ${agreeing.length} of ${turned.length} |`,
  )
}
const section = `## Head pose

Mean absolute difference from FSA-Net (average of its two nets) in degrees, and how often both say the head is turned
to the same side where FSA-Net sees more than 20 degrees of yaw. Written by \`npm run eval:pose\`.

| pictures | faces | yaw | pitch | roll | same side beyond 20 degrees |
|---|---|---|---|---|---|
${lines.join('\n')}
`
writeSection('MODELS.md', 'eval:pose', section)
console.log(section)

/** FSA-Net on the face box grown by 1.4. Its yaw is positive towards the subject's right. */
async function runFsaNet(pixels: Pixels, { x, y, width, height }: Box): Promise<Pose> {
  const input = new Float32Array(3 * 64 * 64)
  const centre = { x: x + width / 2, y: y + height / 2 }
  const transform = squareTransform(centre, Math.max(width, height) * 1.4, 64)
  warpToTensor(pixels, transform, 64, input, { bgr: true, mean: [127.5, 127.5, 127.5], scale: 1 / 128 })
  const answers: number[][] = []
  for (const net of fsanet) {
    const answer = await net.run({ [net.inputNames[0]!]: new Tensor('float32', input, [1, 3, 64, 64]) })
    answers.push([...(answer[net.outputNames[0]!]!.data as Float32Array)])
  }
  const average = (index: number) => mean(answers.map((answer) => answer[index]!))
  return { yaw: -average(0), pitch: average(1), roll: average(2) }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
