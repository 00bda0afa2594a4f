/**
 * Cuts the views of the pictures to calibrate with, by the engine's own code: whole frames of the development groups, and
 * the web pictures that are kept from every net. Never those of the verdict groups. Each picture stands there twice: as it
 * is, and cut closely about the face, so that the constants hold where less of the surroundings is in sight. Writes
 * .cache/pad/views.bin (uint8, one record per line of views.jsonl). Needs faces.jsonl.
 *
 *     npx tsx training/pad/views.ts
 */
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import {
  coverage,
  cutInside,
  cutView,
  generalView,
  nearView,
  skinView,
  surroundingsFactor,
  type View,
} from '../../src/engine/liveness/views.ts'
import { packageRoot } from '../../src/engine/models/index.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import { type Pixels, pixelsOf } from '../../src/engine/picture/pixels.ts'
import { rasterOf } from '../../src/engine/picture/raster.ts'
import type { Box } from '../../src/engine/types.ts'
import { sharedDirectory } from '../../test/support/shared.ts'
import { type Labelled, partsOfGroups, rightlyLabelled, webHeldOut } from './pictures.ts'

/** Side of the closely cut picture in sides of the face box. */
const close = 1.9

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
const pictures = [
  ...rightlyLabelled(data).filter(
    ({ path, group, view }) =>
      path.startsWith('pad2/') && view === 'full' && parts.get(group) === 'development',
  ),
  ...webHeldOut(data),
]
const file = openSync(join(folder, 'views.bin'), 'w')
const lines: string[] = []
for (const [index, picture] of pictures.entries()) {
  if (index % 200 === 0) console.log(`${index} of ${pictures.length}`)
  const face = faces.get(picture.path)
  if (!face || face.reason) continue
  const [x, y, width, height] = face.box as [number, number, number, number]
  const pixels = await decodePicture(readFileSync(join(data, picture.path)), { longestSide: 1280 })
  record(picture, pixels, { x, y, width, height }, 'plain')
  const closer = cutClosely(pixels, { x, y, width, height })
  record(picture, closer.pixels, closer.box, 'closer')
}
closeSync(file)
writeFileSync(join(folder, 'views.jsonl'), `${lines.join('\n')}\n`)

function record(picture: Labelled, pixels: Pixels, box: Box, variant: 'plain' | 'closer'): void {
  const cut = (view: View, how: typeof cutView) => {
    const out = new Float32Array(3 * view.size ** 2)
    how(pixels, box, view, out)
    writeSync(file, Uint8Array.from(out, Math.round))
  }
  cut(nearView, cutInside)
  cut(generalView, cutInside)
  cut(skinView, cutView)
  const part = parts.get(picture.group) ?? 'web'
  lines.push(
    JSON.stringify({ ...picture, part, variant, coverage: coverage(pixels, box, surroundingsFactor) }),
  )
}

/** The part of the picture within a square about the face, and the box in it. */
function cutClosely(pixels: Pixels, box: Box): { pixels: Pixels; box: Box } {
  const half = (Math.max(box.width, box.height) * close) / 2
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const [left, top] = [Math.max(0, Math.round(x - half)), Math.max(0, Math.round(y - half))]
  const width = Math.min(pixels.width, Math.round(x + half)) - left
  const height = Math.min(pixels.height, Math.round(y + half)) - top
  const part = new Uint8Array(4 * width * height)
  for (let row = 0; row < height; row++) {
    const start = 4 * ((top + row) * pixels.width + left)
    part.set(pixels.data.subarray(start, start + 4 * width), 4 * row * width)
  }
  return {
    pixels: pixelsOf(rasterOf(part, width, height)),
    box: { ...box, x: box.x - left, y: box.y - top },
  }
}
