import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { portrait } from '../../../test/support/pictures.ts'
import { detectFaces } from '../face/detect.ts'
import { type ModelSessions, openSessions } from '../models/index.ts'
import { decodePicture } from '../picture/decode.ts'
import { createLiveness, livenessNetNames } from './index.ts'
import type { LivenessSubject } from './subject.ts'

const good: LivenessSubject['quality'] = { faults: [], interocular: 60, luminance: 50 }

let sessions: ModelSessions
beforeAll(async () => {
  sessions = await openSessions(['blazeface', ...livenessNetNames])
})
afterAll(() => sessions.close())

async function judge(bytes: Uint8Array, changes: Partial<LivenessSubject> = {}) {
  const pixels = await decodePicture(bytes)
  const [face] = await detectFaces(pixels, (input) => sessions.run('blazeface', input))
  const subject = { box: face!.box, quality: good, ...changes }
  return createLiveness(sessions).judge(pixels, subject)
}

/** The portrait on a bright phone with a black frame, held before a dark room. */
async function onPhone(bytes: Buffer): Promise<Buffer> {
  const face = await sharp(bytes).modulate({ brightness: 1.25 }).resize({ width: 300 }).toBuffer()
  const phone = await sharp(face)
    .extend({ top: 40, bottom: 40, left: 14, right: 14, background: '#050505' })
    .toBuffer()
  const { width, height } = await sharp(phone).metadata()
  return sharp({ create: { width: width * 2, height: height + 160, channels: 3, background: '#3b3128' } })
    .composite([{ input: phone, left: Math.round(width / 2), top: 80 }])
    .jpeg({ quality: 90 })
    .toBuffer()
}

/** As a poster shows it: six levels of each colour. */
async function inFewColours(bytes: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  const levels = data.map((value) => Math.floor(value / 48) * 48 + 24)
  return sharp(levels, { raw: { width, height, channels } }).png().toBuffer()
}

/** The middle of the portrait in an oval, on blue paper. */
async function cutOut(bytes: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  const blue = [59, 91, 219]
  const cut = data.map((value, at) => {
    const pixel = Math.floor(at / channels)
    const [x, y] = [(pixel % width) / width - 0.5, Math.floor(pixel / width) / height - 0.5]
    return (x / 0.26) ** 2 + (y / 0.34) ** 2 < 1 ? value : blue[at % channels]!
  })
  return sharp(cut, { raw: { width, height, channels } }).png().toBuffer()
}

describe('the liveness judge', () => {
  it.each(['personA', 'personB', 'personC'] as const)(
    'scores %s, photographed, with its reasons',
    async (name) => {
      const liveness = await judge(await portrait(name))
      expect(liveness).toMatchObject({ judged: true, cues: [{ name: 'texture' }, { name: 'context' }] })
      expect(liveness.judged && liveness.score).toBeGreaterThan(0.5)
    },
  )

  it.each(['personA', 'personB', 'personC'] as const)(
    'scores %s lower on a phone, and sees the phone',
    async (name) => {
      const [plain, attack] = [
        await judge(await portrait(name)),
        await judge(await onPhone(await portrait(name))),
      ]
      if (!plain.judged || !attack.judged) throw new Error('Expected both to be judged.')
      expect(attack.score).toBeLessThan(plain.score)
      expect(attack.score).toBeLessThan(0.5)
      const context = (liveness: typeof plain) => liveness.cues.find((cue) => cue.name === 'context')!.score!
      expect(context(attack)).toBeLessThan(context(plain))
    },
  )

  it.each([
    ['without its colours', (bytes: Buffer) => sharp(bytes).greyscale().png().toBuffer()],
    ['in few colours', inFewColours],
    ['cut out', cutOut],
  ])('does not take a portrait %s for a live face', async (_, made) => {
    const drawn = await judge(await made(await portrait('personA')))
    expect(drawn).toMatchObject({ judged: true, cues: [{}, {}, { name: 'photograph' }] })
    expect(drawn.judged && drawn.score).toBeLessThan(0.5)
  })

  it('gives the same picture the same score', async () => {
    const bytes = await portrait('personA')
    expect(await judge(bytes)).toEqual(await judge(bytes))
  })

  it('names what cannot be judged and guesses no score', async () => {
    const bytes = await portrait('personA')
    expect(await judge(bytes, { quality: { ...good, faults: ['too_dark'] } })).toEqual({
      judged: false,
      reason: 'too_dark',
      cues: [],
    })
  })
})
