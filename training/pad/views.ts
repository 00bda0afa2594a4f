/**
 * Cuts all views of every picture to evaluate with the engine's own code, so that evaluation sees the pixels that
 * production sees. Writes .cache/pad/views-VARIANT.bin (uint8, one record per line of views-VARIANT.jsonl).
 *
 *     npx tsx training/pad/views.ts            whole set, pictures as they are
 *     npx tsx training/pad/views.ts jpeg60 8   every 8th picture, changed as robustness is measured
 */
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { faceNetNames, faceNets, findFaces } from '../../src/engine/face/index.ts'
import { refusal } from '../../src/engine/liveness/gate.ts'
import {
  contextView,
  coverage,
  cutInside,
  cutView,
  nearView,
  skinView,
  textureView,
  type View,
} from '../../src/engine/liveness/views.ts'
import { openSessions, packageRoot } from '../../src/engine/models/index.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import { measurePose } from '../../src/engine/pose.ts'
import { measureQuality } from '../../src/engine/quality/index.ts'
import { stopwatch } from '../../src/engine/stopwatch.ts'
import { sharedDirectory } from '../../test/support/shared.ts'
import { evaluated } from './pictures.ts'
import { isVariant, vary } from './variants.ts'

const shared = sharedDirectory()
if (!shared) throw new Error('The pictures are not here: set LIVEFACE_SHARED.')
const [variant = 'plain', step = '1'] = process.argv.slice(2)
if (!isVariant(variant)) throw new Error(`Expected a variant but received ${variant}`)
const data = join(shared, 'data')
const folder = join(packageRoot(), '.cache/pad')
mkdirSync(folder, { recursive: true })
const pictures = evaluated(data).filter((_, index) => index % Number(step) === 0)
const sessions = await openSessions(faceNetNames)
const nets = faceNets(sessions)
const file = openSync(join(folder, `views-${variant}.bin`), 'w')
const lines: string[] = []
for (const picture of pictures) {
  const bytes = await vary(readFileSync(join(data, picture.path)), variant)
  const pixels = await decodePicture(bytes, { longestSide: 1280 })
  const { faces, mesh } = await findFaces(pixels, nets.detector, nets.mesh, stopwatch())
  const [face] = faces
  if (!face || !mesh) continue
  const pose = measurePose(mesh.points)
  const quality = measureQuality(pixels, { ...face, mesh: mesh.points, pose })
  const reason = refusal({ quality })
  const cut = (view: View, planes: number, how: typeof cutView) => {
    const out = new Float32Array(planes * view.size ** 2)
    how(pixels, face.box, view, out)
    return out
  }
  const views = [
    cut(textureView, 4, cutView),
    cut(contextView, 4, cutView),
    cut(nearView, 3, cutInside),
    cut(skinView, 3, cutView),
  ]
  for (const planes of views) writeSync(file, Uint8Array.from(planes, Math.round))
  const described = {
    ...picture,
    reason,
    coverage: coverage(pixels, face.box, contextView),
    confidence: face.confidence,
    side: face.box.width,
    faults: quality.faults,
    ...pose,
  }
  lines.push(JSON.stringify(described))
  if (lines.length % 500 === 0) console.log(`${variant}: ${lines.length} of ${pictures.length}`)
}
closeSync(file)
writeFileSync(join(folder, `views-${variant}.jsonl`), `${lines.join('\n')}\n`)
await sessions.close()
