/**
 * Measures every LFW picture of the pairs with the net a template is made with, before its values are reduced.
 *
 *   npx tsx training/match/features.ts      writes .cache/match/features.bin and features.csv
 *
 * A row of features.bin: 512 values, float32. features.csv: path and fold of each row. training/match/project.py learns
 * from them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lfwFolder, picturesOf, readPairs } from '../../bench/lfw.ts'
import { faceNetNames, faceNets, findFaces, recogniseFace } from '../../src/engine/face/index.ts'
import { openSessions } from '../../src/engine/models/index.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'

// Without the net that is learned from the outcome.
const nets = faceNets(await openSessions(faceNetNames.filter((name) => name !== 'template')))
const rows: Buffer[] = []
const names = ['path,fold']
for (const [path, fold] of picturesOf(readPairs())) {
  const pixels = await decodePicture(readFileSync(join(lfwFolder, path)))
  const { mesh } = await findFaces(pixels, nets.detector, nets.mesh)
  if (!mesh) continue
  const features = await recogniseFace(pixels, mesh.points, nets)
  rows.push(Buffer.from(Float32Array.from(features).buffer))
  names.push(`${path},${fold}`)
}
mkdirSync('.cache/match', { recursive: true })
writeFileSync('.cache/match/features.bin', Buffer.concat(rows))
writeFileSync('.cache/match/features.csv', `${names.join('\n')}\n`)
