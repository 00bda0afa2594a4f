import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplePhotograph } from '../../../test/support/pictures.ts'
import { faceNetNames, faceNets, findFaces } from '../face/index.ts'
import { type ModelSessions, openSessions } from '../models/index.ts'
import { decodePicture } from '../picture/decode.ts'
import type { Pixels } from '../picture/pixels.ts'
import { measurePose } from '../pose.ts'
import type { Quality } from '../types.ts'
import { measureQuality, withOcclusion } from './index.ts'

let sessions: ModelSessions
beforeAll(async () => {
  sessions = await openSessions(faceNetNames)
})
afterAll(() => sessions.close())

async function largestMesh(pixels: Pixels): Promise<Float32Array> {
  const nets = faceNets(sessions)
  const { mesh } = await findFaces(pixels, nets.detector, nets.mesh)
  if (!mesh) throw new Error('no face')
  return mesh.points
}

/** The largest face's quality, measured from the file up, as the engine does. */
async function quality(bytes: Uint8Array): Promise<Quality> {
  const pixels = await decodePicture(bytes, { longestSide: 1280 })
  const mesh = await largestMesh(pixels)
  return measureQuality(pixels, { mesh, pose: measurePose(mesh) })
}

/** Faces of the group photographs: photograph, then left, top and width of the face. */
const faces: [number: 1 | 2 | 3 | 4 | 5 | 6, left: number, top: number, width: number][] = [
  [1, 420, 408, 190],
  [1, 1489, 266, 151],
  [3, 1065, 258, 248],
  [3, 588, 382, 207],
  [4, 236, 246, 182],
  [5, 1418, 440, 213],
  [6, 655, 377, 245],
  [6, 238, 537, 222],
]

/** One face with half its width of room on every side: no neighbour is larger, whatever is done to the picture. */
function face([number, x, y, width]: (typeof faces)[number]): Sharp {
  const room = Math.round(width / 2)
  const place = { left: x - room, top: y - room, width: 2 * width, height: 2 * width }
  return sharp(samplePhotograph(number)).extract(place)
}

const file = (image: Sharp) => image.jpeg({ quality: 92 }).toBuffer()

/** Scores of a series, mildest first. */
async function scores(files: Promise<Buffer>[]): Promise<number[]> {
  const results: number[] = []
  for (const bytes of files) results.push((await quality(await bytes)).score)
  return results
}

function expectFalling(series: number[], slack = 0) {
  for (let i = 1; i < series.length; i++) {
    expect(series[i], `step ${i} of ${series.map((score) => score.toFixed(1)).join(' ')}`).toBeLessThan(
      series[i - 1]! + slack,
    )
  }
}

describe.each(faces)('quality of the face in photograph %i at %i, %i falls with', (...place) => {
  const width = place[3]

  it('blur', async () => {
    const blurred = [0.01, 0.02, 0.03, 0.04, 0.047].map((part) => file(face(place).blur(part * width)))
    const series = await scores([file(face(place)), ...blurred])
    expectFalling(series)
    expect(series[0]! - series.at(-1)!).toBeGreaterThan(30)
  })

  it('JPEG damage', async () => {
    const series = await scores(
      [95, 75, 50, 30, 15, 8].map((q) => face(place).jpeg({ quality: q }).toBuffer()),
    )
    expectFalling(series)
  })

  it('down-scaling, also when enlarged again', async () => {
    const small = [1, 0.5, 0.3, 0.2, 0.14].map((part) =>
      file(face(place).resize(Math.round(2 * width * part))),
    )
    const series = await scores(small)
    expectFalling(series)
    // Above 0.3 the enlarged face is still sharper than the size that blur is measured at.
    const enlarged = small.slice(2).map(async (bytes) => file(sharp(await bytes).resize(2 * width)))
    expectFalling(await scores(enlarged))
  })
})

describe('quality falls with what the picture alone does not tell', () => {
  it('occlusion, which also is named when it is likely', async () => {
    const bare = await quality(await file(face(faces[2]!)))
    const covered = [0, 0.1, 0.3, 0.6, 1].map((occlusion) => withOcclusion(bare, occlusion))
    expect(covered[0]).toEqual(bare)
    expectFalling(covered.map(({ score }) => score))
    expect(covered.at(-1)!.score).toBeLessThan(30)
    expect(covered.map(({ faults }) => faults.includes('occluded'))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ])
    const tight = withOcclusion({ ...bare, faults: ['blurred', 'face_too_large'] }, 1)
    expect(tight.faults).toEqual(['blurred', 'occluded', 'face_too_large'])
  })

  it('a turn of the head', async () => {
    const pixels = await decodePicture(await file(face(faces[2]!)))
    const mesh = await largestMesh(pixels)
    for (const axis of ['yaw', 'pitch'] as const) {
      const turned = [0, 15, -30, 45, 60].map(
        (degrees) =>
          measureQuality(pixels, { mesh, pose: { yaw: 0, pitch: 0, roll: 0, [axis]: degrees } }).score,
      )
      expectFalling(turned)
    }
  })
})

describe('named judgements', () => {
  it('call a crisp photograph fit and its blurred copy blurred', async () => {
    const crisp = await quality(await file(face(faces[2]!)))
    expect(crisp).toMatchObject({ blur: { value: false }, bright: { value: true }, faults: [] })
    expect(crisp.exposure.value).toBe('NEUTRAL')
    expect(crisp.score).toBeGreaterThan(60)
    const blurred = await quality(await file(face(faces[2]!).blur(12)))
    expect(blurred.blur.value).toBe(true)
    expect(blurred.faults).toContain('blurred')
  })

  it.each(['level', 'upright'])('call a face that moved %s blurred', async (way) => {
    for (const place of [faces[2]!, faces[4]!, faces[6]!]) {
      // A third of the distance between the eyes.
      const length = Math.round(place[3] / 6) | 1
      const line = Array.from({ length: 3 * length }, (_, index) =>
        Number(way === 'level' ? Math.floor(index / length) === 1 : index % 3 === 1),
      )
      const size = way === 'level' ? { width: length, height: 3 } : { width: 3, height: length }
      const mesh = await largestMesh(await decodePicture(await file(face(place))))
      const moved = await decodePicture(await file(face(place).convolve({ ...size, kernel: line })))
      const { blur } = measureQuality(moved, { mesh, pose: { yaw: 0, pitch: 0, roll: 0 } })
      expect(blur.value, `${place}`).toBe(true)
    }
  })

  it('call a face in the dark under-exposed and a washed-out one over-exposed', async () => {
    const dark = await quality(await file(face(faces[2]!).linear(0.14, 0)))
    expect(dark).toMatchObject({ bright: { value: false }, exposure: { value: 'UNDER_EXPOSED' } })
    expect(dark.faults).toContain('too_dark')
    const bright = await quality(await file(face(faces[2]!).linear(2.4, 40)))
    expect(bright.exposure.value).toBe('OVER_EXPOSED')
    expect(bright.luminance).toBeGreaterThan(90)
  })

  it('call a face of a few pixels too small and a sliced one cut off', async () => {
    const tiny = await quality(await file(face(faces[2]!).resize(50)))
    expect(tiny.faults).toContain('face_too_small')
    const whole = await decodePicture(samplePhotograph(3), { longestSide: 1280 })
    const mesh = await largestMesh(whole)
    const nose = { x: mesh[12]!, y: mesh[13]! }
    const crop = { left: Math.round((nose.x * 1920) / 1280), top: 0, width: 700, height: 1000 }
    const sliced = await decodePicture(await file(sharp(samplePhotograph(3)).extract(crop)))
    const scale = 1920 / 1280
    const points = mesh.map((value, i) => value * scale - (i % 3 === 0 ? crop.left : 0))
    const { faults } = measureQuality(sliced, { mesh: points, pose: { yaw: 0, pitch: 0, roll: 0 } })
    expect(faults).toContain('face_cut_off')
  })

  it('gives interocular distance in pixels of the file, however small the picture was decoded', async () => {
    const large = await quality(await file(sharp(samplePhotograph(3)).resize(2560)))
    const small = await quality(await file(sharp(samplePhotograph(3)).resize(1280)))
    expect(large.interocular / small.interocular).toBeGreaterThan(1.93)
    expect(large.interocular / small.interocular).toBeLessThan(2.07)
  })
})
