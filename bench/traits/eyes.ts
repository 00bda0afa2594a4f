import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSessions } from '../../src/engine/models/index.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import type { Transform } from '../../src/engine/picture/transform.ts'
import { warpToTensor } from '../../src/engine/picture/warp.ts'
import { eyeHeight, eyeWidth, faceSize } from '../../src/engine/traits/crops.ts'

export interface EyeReading {
  open: boolean
  split: 'train' | 'calibrate' | 'test'
  /** The net's logit of an open eye. */
  logit: number
}

/** The single-eye set shows an eye at about 0.7 of the width, the net's crop at 0.55. */
const share = 0.88

/** Reads the held-out pictures of the single-eye set; they have no face, so only the net's eye part is asked. */
export async function measureEyeCrops(shared: string): Promise<EyeReading[]> {
  const folder = join(shared, 'data/traits/eyes')
  const [, ...lines] = readFileSync(join(folder, 'labels.csv'), 'utf8').trim().split(/\r?\n/)
  const sessions = await openSessions(['traits'])
  const readings: EyeReading[] = []
  for (const line of lines) {
    const [path, label] = line.split(',') as [string, string]
    const split = splitOf(path)
    if (split === 'train') continue
    const pixels = await decodePicture(readFileSync(join(folder, path)))
    const step = pixels.width / (eyeWidth * share)
    const map: Transform = [
      step,
      0,
      pixels.width / 2 - (step * eyeWidth) / 2,
      0,
      step,
      pixels.height / 2 - (step * eyeHeight) / 2,
    ]
    const plane = 3 * eyeWidth * eyeHeight
    const eyes = new Float32Array(2 * plane)
    const grey = mean(pixels.data)
    for (const [index, mirror] of [false, true].entries())
      warpToTensor(pixels, map, eyeWidth, eyes, {
        height: eyeHeight,
        offset: index * plane,
        mirror,
        border: grey,
      })
    const face = new Float32Array(3 * faceSize * faceSize)
    const { open } = await sessions.run('traits', { face, eyes, geometry: new Float32Array(14) })
    readings.push({ open: label === 'open', split, logit: (open[0]! + open[1]!) / 2 })
  }
  await sessions.close()
  return readings
}

/** The same rule as in training/traits/data.py. */
function splitOf(path: string): EyeReading['split'] {
  const digit = Number(BigInt(`0x${createHash('sha1').update(path).digest('hex')}`) % 10n)
  return digit < 2 ? 'test' : digit === 2 ? 'calibrate' : 'train'
}

/** Mean of red, green and blue; every fourth byte is none of them. */
function mean(data: Uint8Array): number {
  return data.reduce((sum, value, index) => (index % 4 === 3 ? sum : sum + value), 0) / (0.75 * data.length)
}
