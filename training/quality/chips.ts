/**
 * Cuts faces for blur.py: the quality chip at twice its size, grey, so that blur can be drawn on it.
 *
 *   npx tsx training/quality/chips.ts       writes .cache/quality/chips.u8 (192 x 192 bytes each) and chips.csv
 *
 * Every ninth person of LFW, six bona fide captures of each source of both PAD sets, 35 hand-labelled faces.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findFaces } from '../../src/engine/face/find.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import { chipSide, chipTransform, cutLuma } from '../../src/engine/quality/chip.ts'
import { loadNets } from '../traits/nets.ts'

const shared = resolve(process.env.LIVEFACE_SHARED ?? '../shared', 'data')
const side = 2 * chipSide
const cache = resolve('.cache/quality')
const nets = await loadNets()
const chips: Uint8Array[] = []
const lines: string[] = []
for (const path of [...people(), ...captures('pad'), ...captures('pad2'), ...labelled()]) {
  const pixels = await decodePicture(readFileSync(join(shared, path)))
  const { mesh } = await findFaces(pixels, nets.detector, nets.mesh)
  if (!mesh) continue
  const luma = cutLuma(pixels, chipTransform(mesh.points, side), side)
  chips.push(Uint8Array.from(luma, Math.round))
  lines.push(path)
}
mkdirSync(cache, { recursive: true })
writeFileSync(join(cache, 'chips.u8'), Buffer.concat(chips))
writeFileSync(join(cache, 'chips.csv'), lines.join('\n'))
console.log(`${lines.length} faces`)

function people(): string[] {
  const folders = readdirSync(join(shared, 'lfw'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )
  return folders
    .filter((_folder, index) => index % 9 === 0)
    .map(({ name }) => `lfw/${name}/${readdirSync(join(shared, 'lfw', name))[0]}`)
}

function captures(set: 'pad' | 'pad2'): string[] {
  const [head = '', ...rows] = readFileSync(join(shared, set, 'labels.csv'), 'utf8')
    .trim()
    .split(/\r?\n/)
  const names = head.split(',')
  const bySource = new Map<string, Record<string, string>[]>()
  for (const row of rows) {
    const capture = Object.fromEntries(row.split(',').map((value, index) => [names[index]!, value]))
    if (capture.label !== 'bonafide') continue
    const source = `${capture.source} ${capture.view}`
    bySource.set(source, [...(bySource.get(source) ?? []), capture])
  }
  return [...bySource.values()].flatMap((frames) => {
    const step = Math.max(1, Math.floor(frames.length / 6))
    return frames.filter((_frame, index) => index % step === 0).map(({ path }) => `${set}/${path}`)
  })
}

function labelled(): string[] {
  return Array.from(
    { length: 35 },
    (_, index) => `traits/hand-labelled/${String(40 * index).padStart(4, '0')}.jpg`,
  )
}
