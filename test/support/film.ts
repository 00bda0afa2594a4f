import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import sharp from 'sharp'
import type { Gesture } from '../../src/decisions/gesture.ts'
import type { Engine } from '../../src/engine/types.ts'
import { act, type Portrait, toPortrait } from './acting.ts'
import { samplePhotograph } from './pictures.ts'

/** Pictures a second, as the browser plays such a film. */
const rate = 30

/** A face of the third group photograph that is calm and nearly frontal. */
const region = { left: 520, top: 244, width: 346, height: 462 }

/** The one who acts in every film: made frontal first, since the photograph shows her turned a little to her right. */
export async function actor(engine: Pick<Engine, 'analyse'>): Promise<Portrait> {
  const picture = await sharp(samplePhotograph(3))
    .extract(region)
    .resize(480, 640)
    .jpeg({ quality: 95 })
    .toBuffer()
  const turned = await measured(engine, picture)
  return measured(engine, await act(turned, 'TURN_LEFT', 0.8))
}

async function measured(engine: Pick<Engine, 'analyse'>, picture: Buffer): Promise<Portrait> {
  const { subject } = await engine.analyse(picture, {
    want: { template: false, traits: false, liveness: false },
  })
  if (!subject) throw new Error('There is no face in the picture of the actor.')
  return toPortrait(picture, subject.mesh)
}

export interface Scene {
  gesture: Gesture | null
  /** How much of the gesture is acted; 1 by default. */
  amount?: number
  seconds: number
  /** Each frame has noise of its own, as from a sensor; a still is the same frame again and again. */
  noisy?: boolean
}

/** Pictures with different noise among which each frame of a noisy scene is drawn: two looks seldom see the same one. */
const noises = 13

/** Writes the scenes one after the other as MJPEG to `path`. */
export async function shootFilm(path: string, portrait: Portrait, scenes: readonly Scene[]): Promise<void> {
  const pictures: Buffer[] = []
  for (const { gesture, amount, seconds, noisy = false } of scenes) {
    const picture = await act(portrait, gesture, amount)
    const shown = noisy
      ? await Promise.all(Array.from({ length: noises }, () => withNoise(picture)))
      : [picture]
    for (let frame = 0; frame < seconds * rate; frame++) pictures.push(shown[randomInt(shown.length)]!)
  }
  writeFileSync(path, Buffer.concat(pictures))
}

async function withNoise(picture: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  for (let i = 0; i < data.length; i += channels) {
    const noise = Math.round(8 * (Math.random() - 0.5))
    for (let c = i; c < i + channels; c++) data[c] = Math.min(255, Math.max(0, data[c]! + noise))
  }
  return sharp(data, { raw: { width, height, channels } }).jpeg({ quality: 95 }).toBuffer()
}
