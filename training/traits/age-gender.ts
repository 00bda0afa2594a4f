/**
 * Runs both age and gender nets over the age-gender set at several crops and writes what they say.
 *
 *   npx tsx training/traits/age-gender.ts [count] [paddings]     writes .cache/traits/age-gender.csv
 *
 * The set measures and calibrates a handful of constants; no weights learn from it.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { detectFaces } from '../../src/engine/face/detect.ts'
import { measureMesh, regionOfDetection, regionOfMesh } from '../../src/engine/face/mesh.ts'
import { openSessions } from '../../src/engine/models/index.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import { warpToTensor } from '../../src/engine/picture/warp.ts'
import { faceTransform } from '../../src/engine/traits/crops.ts'
import { loadNets } from './nets.ts'

const folder = resolve(process.env.LIVEFACE_SHARED ?? '../shared', 'data/traits/age-gender')
const cache = resolve(process.env.TRAITS_CACHE ?? '.cache/traits')
const count = Number(process.argv[2] ?? 1e9)
const paddings = (process.argv[3] ?? '0.3').split(',').map(Number)
const nets = await loadNets()
const sessions = await openSessions(['faceres', 'age-gender'])
const rows = readFileSync(join(folder, 'labels.csv'), 'utf8')
  .trim()
  .split(/\r?\n/)
  .slice(1, count + 1)
const lines = ['path,gender,age,padding,mirror,faceresMale,faceresAge,faceresSpread,netMale,netAge']
for (const row of rows) {
  const [path, gender, age] = row.split(',') as [string, string, string]
  const pixels = await decodePicture(readFileSync(join(folder, path)))
  const [face] = await detectFaces(pixels, nets.detector)
  if (!face) continue
  const rough = await measureMesh(pixels, regionOfDetection(face), nets.mesh)
  const { points } = await measureMesh(pixels, regionOfMesh(rough.points), nets.mesh)
  for (const padding of paddings) {
    for (const mirror of [false, true]) {
      const large = new Float32Array(3 * 224 * 224)
      warpToTensor(pixels, faceTransform(points, padding, 224), 224, large, { mirror })
      const small = new Float32Array(3 * 112 * 112)
      warpToTensor(pixels, faceTransform(points, padding, 112), 112, small, { mirror })
      const first = await sessions.run('faceres', large)
      const second = await sessions.run('age-gender', small)
      let mean = 0
      let square = 0
      for (const [year, share] of first.age.entries()) {
        mean += year * share
        square += year * year * share
      }
      const numbers = [
        first.gender[0]!,
        mean,
        Math.sqrt(Math.max(0, square - mean * mean)),
        second.gender[0]!,
        second.age[0]!,
      ]
      lines.push([path, gender, age, padding, Number(mirror), ...numbers.map((n) => n.toFixed(4))].join(','))
    }
  }
}
writeFileSync(join(cache, 'age-gender.csv'), `${lines.join('\n')}\n`)
