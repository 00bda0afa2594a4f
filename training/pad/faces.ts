/**
 * Finds the face of every picture as the engine does, so that training sees the boxes that production sees. Writes
 * .cache/pad/faces.jsonl: path, size, box and confidence, and the fault for which the engine would refuse to judge it.
 *
 *     npx tsx training/pad/faces.ts
 */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { faceNetNames, faceNets, findFaces } from '../../src/engine/face/index.ts'
import { refusal } from '../../src/engine/liveness/gate.ts'
import { openSessions, packageRoot } from '../../src/engine/models/index.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import { measurePose } from '../../src/engine/pose.ts'
import { measureQuality } from '../../src/engine/quality/index.ts'
import { stopwatch } from '../../src/engine/stopwatch.ts'
import { sharedDirectory } from '../../test/support/shared.ts'
import { captures, onePerPerson, webPictures } from './pictures.ts'

const shared = sharedDirectory()
if (!shared) throw new Error('The pictures are not here: set LIVEFACE_SHARED.')
const data = join(shared, 'data')
const folder = join(packageRoot(), '.cache/pad')
const file = join(folder, 'faces.jsonl')
const sessions = await openSessions(faceNetNames)
const nets = faceNets(sessions)
const round = (value: number) => Math.round(value * 10) / 10
mkdirSync(folder, { recursive: true })
writeFileSync(file, '')
const known = captures(data)
const pictures = [...known.reverse(), ...onePerPerson(webPictures(data))]
for (const [index, { path }] of pictures.entries()) {
  if (index % 500 === 0) console.log(`${index} of ${pictures.length}`)
  const pixels = await decodePicture(readFileSync(join(data, path)), { longestSide: 1280 })
  const { faces, mesh } = await findFaces(pixels, nets.detector, nets.mesh, stopwatch())
  const [face] = faces
  if (!face || !mesh) continue
  const quality = measureQuality(pixels, { ...face, mesh: mesh.points, pose: measurePose(mesh.points) })
  const { box, confidence } = face
  const line = {
    path,
    w: pixels.width,
    h: pixels.height,
    score: Math.round(confidence * 1e4) / 1e4,
    box: [box.x, box.y, box.width, box.height].map(round),
    interocular: round(quality.interocular),
    reason: refusal({ quality }) ?? '',
  }
  appendFileSync(file, `${JSON.stringify(line)}\n`)
}
await sessions.close()
