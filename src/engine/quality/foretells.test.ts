import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sharedDirectory } from '../../../test/support/shared.ts'
import { cosine, faceNetNames, faceNets, findFaces, makeTemplate, similarity } from '../face/index.ts'
import { type ModelSessions, openSessions } from '../models/index.ts'
import { decodePicture } from '../picture/decode.ts'
import { measurePose } from '../pose.ts'
import { measureQuality } from './index.ts'

const shared = sharedDirectory()
/** The documented default threshold of the similarity. */
const matching = 0.75

describe.skipIf(shared === null)('the quality score on Labeled Faces in the Wild', () => {
  let sessions: ModelSessions
  beforeAll(async () => {
    sessions = await openSessions(faceNetNames)
  })
  afterAll(() => sessions.close())

  async function sample(bytes: Uint8Array) {
    const pixels = await decodePicture(bytes)
    const nets = faceNets(sessions)
    const { mesh } = await findFaces(pixels, nets.detector, nets.mesh)
    if (!mesh) return null
    const { score } = measureQuality(pixels, { mesh: mesh.points, pose: measurePose(mesh.points) })
    return { score, template: await makeTemplate(pixels, mesh.points, nets) }
  }

  it('is below 30 where matching fails more often, and seldom so for pictures as they are', async () => {
    const lines = readFileSync(join(shared!, 'data/lfw/pairs.csv'), 'utf8').trim().split(/\r?\n/)
    const pairs = lines.map((line) => line.split(',')).filter(([, , same]) => same === '1')
    const results: { score: number; missed: boolean }[] = []
    const clean: number[] = []
    for (const [first, second] of pairs.filter((_, index) => index % 50 === 0)) {
      const file = readFileSync(join(shared!, 'data/lfw', first!))
      const mate = await sample(readFileSync(join(shared!, 'data/lfw', second!)))
      for (const sigma of [0, 3.5, 5]) {
        const found = await sample(
          sigma ? await sharp(file).blur(sigma).jpeg({ quality: 85 }).toBuffer() : file,
        )
        if (!found || !mate) continue
        results.push({
          score: found.score,
          missed: similarity(cosine(found.template, mate.template)) < matching,
        })
        if (sigma === 0) clean.push(found.score)
      }
    }
    const rate = (part: typeof results) => part.filter(({ missed }) => missed).length / part.length
    const low = results.filter(({ score }) => score < 30)
    const high = results.filter(({ score }) => score >= 30)
    expect(low.length).toBeGreaterThan(20)
    expect(rate(low)).toBeGreaterThan(3 * rate(high))
    expect(clean.filter((score) => score < 30).length / clean.length).toBeLessThan(0.05)
  })
})
