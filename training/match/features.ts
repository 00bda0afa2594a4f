/**
 * Measures every LFW picture of the pairs with both nets a template is made of, before they are joined.
 *
 *   npx tsx training/match/features.ts      writes .cache/match/features.bin and features.csv
 *
 * A row of features.bin: 128 values of the template net (mean over the chip and its mirror image, unit length), then
 * 1024 of faceres, float32. features.csv: path and fold of each row. training/match/join.py learns from them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lfwFolder, picturesOf, readPairs } from '../../bench/lfw.ts'
import { faceNetNames, faceNets, findFaces, templateParts } from '../../src/engine/face/index.ts'
import { openSessions } from '../../src/engine/models/index.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'

const nets = faceNets(await openSessions(faceNetNames))
const rows: Buffer[] = []
const names = ['path,fold']
for (const [path, fold] of picturesOf(readPairs())) {
  const pixels = await decodePicture(readFileSync(join(lfwFolder, path)))
  const { mesh } = await findFaces(pixels, nets.detector, nets.mesh)
  if (!mesh) continue
  const { direction, features } = await templateParts(pixels, mesh.points, nets)
  for (const part of [direction, features]) rows.push(Buffer.from(Float32Array.from(part).buffer))
  names.push(`${path},${fold}`)
}
mkdirSync('.cache/match', { recursive: true })
writeFileSync('.cache/match/features.bin', Buffer.concat(rows))
writeFileSync('.cache/match/features.csv', `${names.join('\n')}\n`)
