/**
 * Cuts the faces of a folder of one's own captures as the engine cuts them for the net of the skin. Writes views.bin (uint8,
 * planes of R, G and B, one record for each line of views.jsonl) into a folder. The folder of captures is labelled as
 * `liveface eval pad` reads it.
 *
 *     npx tsx training/pad/own-views.ts CAPTURES OUT
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { picturesFrom } from '../../src/commands/pictures.ts'
import { createEngine } from '../../src/engine/index.ts'
import { cutView, skinView } from '../../src/engine/liveness/views.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import type { Engine } from '../../src/engine/types.ts'
import { type Capture, readCaptures } from '../../src/evaluation/labelled-folder.ts'

const [captures, out] = process.argv.slice(2)
if (!captures || !out) throw new Error('Name the folder of captures and the folder to write to.')

const engine = await createEngine({ workers: 1 })
try {
  const views: Uint8Array[] = []
  const lines: string[] = []
  for (const capture of readCaptures(captures, await picturesFrom(captures))) {
    const view = await viewOf(engine, readFileSync(join(captures, capture.path))).catch(() => null)
    if (!view) continue
    views.push(view)
    lines.push(JSON.stringify(described(capture)))
  }
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, 'views.bin'), Buffer.concat(views))
  writeFileSync(join(out, 'views.jsonl'), lines.map((line) => `${line}\n`).join(''))
  console.log(`${views.length} captures in which a face can be judged.`)
} finally {
  await engine.close()
}

function described({ path, bonafide, instrument, person }: Capture) {
  return { path, label: bonafide ? 1 : 0, instrument, person }
}

/** @returns null where nothing can be judged: no net is asked then, so none learns from it */
async function viewOf(engine: Engine, bytes: Buffer): Promise<Uint8Array | null> {
  // Upright, so that the box lies in the pixels that are decoded below.
  const { picture, subject } = await engine.analyse(bytes, {
    want: { liveness: true, traits: false, template: false },
    rotate: true,
  })
  if (!subject?.liveness?.judged || picture.turned !== 0) return null
  const pixels = await decodePicture(bytes, { longestSide: 1280 })
  const scaled = { ...subject.box }
  for (const side of ['x', 'y', 'width', 'height'] as const) scaled[side] *= pixels.scale
  const planes = new Float32Array(3 * skinView.size ** 2)
  cutView(pixels, scaled, skinView, planes)
  return Uint8Array.from(planes, Math.round)
}
