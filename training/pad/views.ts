/**
 * Cuts all views of the pictures to choose and calibrate with, by the engine's own code: the captures of the training and
 * development groups, and the web pictures that are kept from every net. Never those of the verdict groups. Writes
 * .cache/pad/views.bin (uint8, one record per line of views.jsonl). Needs faces.jsonl.
 *
 *     npx tsx training/pad/views.ts
 */
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
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
import { packageRoot } from '../../src/engine/models/index.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import type { Box } from '../../src/engine/types.ts'
import { sharedDirectory } from '../../test/support/shared.ts'
import { partsOfGroups, rightlyLabelled, webHeldOut } from './pictures.ts'

/** The older set's recordings are long and their frames alike: every so many are enough. */
const every = 5

const shared = sharedDirectory()
if (!shared) throw new Error('The pictures are not here: set LIVEFACE_SHARED.')
const data = join(shared, 'data')
const folder = join(packageRoot(), '.cache/pad')
const faces = new Map<string, { box: number[]; reason: string; interocular: number }>(
  readFileSync(join(folder, 'faces.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map((face) => [face.path, face]),
)
const parts = partsOfGroups()
const known = rightlyLabelled(data).filter(({ group }) => parts.get(group) !== 'verdict')
const pictures = [
  ...known.filter(({ path }) => path.startsWith('pad2/')),
  ...known.filter(({ path }) => path.startsWith('pad/')).filter((_, index) => index % every === 0),
  ...webHeldOut(data),
]
const file = openSync(join(folder, 'views.bin'), 'w')
const lines: string[] = []
for (const picture of pictures) {
  const face = faces.get(picture.path)
  if (!face || face.reason) continue
  const [x, y, width, height] = face.box as [number, number, number, number]
  const box: Box = { x, y, width, height }
  const pixels = await decodePicture(readFileSync(join(data, picture.path)), { longestSide: 1280 })
  const cut = (view: View, planes: number, how: typeof cutView) => {
    const out = new Float32Array(planes * view.size ** 2)
    how(pixels, box, view, out)
    writeSync(file, Uint8Array.from(out, Math.round))
  }
  cut(textureView, 3, cutView)
  cut(contextView, 4, cutView)
  cut(nearView, 3, cutInside)
  cut(skinView, 3, cutView)
  const part = parts.get(picture.group) ?? 'web'
  lines.push(
    JSON.stringify({
      ...picture,
      part,
      coverage: coverage(pixels, box, contextView),
      side: width,
      interocular: face.interocular,
      width: pixels.width,
      height: pixels.height,
    }),
  )
  if (lines.length % 500 === 0) console.log(`${lines.length} of ${pictures.length}`)
}
closeSync(file)
writeFileSync(join(folder, 'views.jsonl'), `${lines.join('\n')}\n`)
