/**
 * Finds the largest face of every picture with the engine's own detector, so that training sees the boxes that
 * production sees. Writes .cache/pad/faces.jsonl; about 15 minutes on one core.
 *
 *     npx tsx training/pad/faces.ts
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { detectFaces } from '../../src/engine/face/detect.ts'
import { openSessions, packageRoot } from '../../src/engine/models/index.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import { sharedDirectory } from '../../test/support/shared.ts'
import { captures, webPictures } from './pictures.ts'

const shared = sharedDirectory()
if (!shared) throw new Error('The pictures are not here: set LIVEFACE_SHARED.')
const data = join(shared, 'data')
const folder = join(packageRoot(), '.cache/pad')
const sessions = await openSessions(['blazeface'])
const lines: string[] = []
for (const { path } of [...captures(data), ...webPictures(data)]) {
  const pixels = await decodePicture(readFileSync(join(data, path)))
  const [face] = await detectFaces(pixels, async (input) => await sessions.run('blazeface', input))
  if (!face) continue
  const { box, confidence } = face
  const round = (value: number) => Math.round(value * 10) / 10
  lines.push(
    JSON.stringify({
      path,
      w: pixels.width,
      h: pixels.height,
      score: Math.round(confidence * 1e4) / 1e4,
      box: [box.x, box.y, box.width, box.height].map(round),
    }),
  )
  if (lines.length % 500 === 0) console.log(`${lines.length} faces`)
}
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'faces.jsonl'), `${lines.join('\n')}\n`)
await sessions.close()
