/**
 * Cuts every training and test picture into the aligned chips that train.py reads.
 *
 *   npx tsx training/traits/faces.ts            writes .cache/traits/{faces.csv,chips.u8,mesh.f32,geometry.f32,templates.f32}
 *
 * Detection, mesh and warp are the engine's own, so the net learns on the pixels it will see in service.
 */
import {
  createWriteStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  type WriteStream,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { faceTransform } from '../../src/engine/face/align.ts'
import { findFaces } from '../../src/engine/face/find.ts'
import { makeTemplate } from '../../src/engine/face/template.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import type { Pixels } from '../../src/engine/picture/pixels.ts'
import { apply, invert } from '../../src/engine/picture/transform.ts'
import { warpToTensor } from '../../src/engine/picture/warp.ts'
import { measureGeometry } from '../../src/engine/traits/geometry.ts'
import { loadNets } from './nets.ts'

const side = 256
const padding = 0.4
const shared = resolve(process.env.LIVEFACE_SHARED ?? '../shared', 'data')
const cache = resolve(process.env.TRAITS_CACHE ?? '.cache/traits')

/** Picture files by set, with the key each is known by in the label files. */
function* pictures(): Generator<{ set: string; key: string; file: string }> {
  const sets = { hand: 'traits/hand-labelled', masks: 'traits/masks' }
  for (const [set, folder] of Object.entries(sets)) {
    for (const name of readdirSync(join(shared, folder)).sort()) {
      if (name.endsWith('.jpg')) yield { set, key: `${set}/${name}`, file: join(shared, folder, name) }
    }
  }
  for (const row of table(join(shared, 'pad/labels.csv'))) {
    const number = Number(/(\d+)\.\w+$/.exec(row.path!)?.[1] ?? 0)
    // Neighbouring frames of one recording are nearly the same picture.
    if (row.label === 'bonafide' && (row.view === 'full' || number % 4 === 0))
      yield { set: 'pad', key: `pad/${row.source}/${row.path}`, file: join(shared, 'pad', row.path!) }
  }
  for (const person of readdirSync(join(shared, 'lfw')).sort()) {
    if (person.includes('.')) continue
    for (const name of readdirSync(join(shared, 'lfw', person)).sort())
      yield { set: 'lfw', key: `lfw/${person}/${name}`, file: join(shared, 'lfw', person, name) }
  }
}

function table(file: string): Record<string, string>[] {
  const [head, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/)
  const names = head!.split(',')
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((value, index) => [names[index]!, value])),
  )
}

/** A window of RGB bytes, `side` x `side`. */
function chipOf(pixels: Pixels, mesh: Float32Array): Uint8Array {
  const planes = new Float32Array(3 * side * side)
  warpToTensor(pixels, faceTransform(mesh, padding, side), side, planes)
  const chip = new Uint8Array(planes.length)
  for (let index = 0; index < side * side; index++)
    for (let channel = 0; channel < 3; channel++)
      chip[3 * index + channel] = Math.round(planes[channel * side * side + index]!)
  return chip
}

function meshInChip(mesh: Float32Array): Float32Array {
  const toChip = invert(faceTransform(mesh, padding, side))
  const scale = Math.hypot(toChip[0], toChip[3])
  const out = new Float32Array(mesh.length)
  for (let index = 0; index < mesh.length; index += 3) {
    const { x, y } = apply(toChip, { x: mesh[index]!, y: mesh[index + 1]! })
    out.set([x, y, mesh[index + 2]! * scale], index)
  }
  return out
}

function write(stream: WriteStream, data: Uint8Array | Float32Array): Promise<void> {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return new Promise((done, fail) => stream.write(bytes, (error) => (error ? fail(error) : done())))
}

mkdirSync(cache, { recursive: true })
const nets = await loadNets()
const open = (name: string) => createWriteStream(join(cache, name))
const files = [open('chips.u8'), open('mesh.f32'), open('geometry.f32'), open('templates.f32')] as const
const lines = ['key,set,width,height,confidence,presence']
const missed: string[] = []
for (const { set, key, file } of pictures()) {
  const pixels = await decodePicture(readFileSync(file))
  const { faces, mesh } = await findFaces(pixels, nets.detector, nets.mesh)
  const [face] = faces
  if (!face || !mesh) {
    missed.push(key)
    continue
  }
  const { points, presence } = mesh
  await write(files[0], chipOf(pixels, points))
  await write(files[1], meshInChip(points))
  await write(files[2], measureGeometry(points))
  await write(files[3], await makeTemplate(pixels, points, nets))
  const { width, height } = pixels
  lines.push([key, set, width, height, face.confidence.toFixed(3), presence.toFixed(3)].join(','))
  if (lines.length % 500 === 0) console.log(lines.length, key)
}
await Promise.all(files.map((file) => new Promise<void>((done) => file.end(done))))
writeFileSync(join(cache, 'faces.csv'), `${lines.join('\n')}\n`)
writeFileSync(join(cache, 'missed.txt'), `${missed.join('\n')}\n`)
console.log(`${lines.length - 1} faces, ${missed.length} pictures without one`)
