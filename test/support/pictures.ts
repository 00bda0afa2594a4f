import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import sharp from 'sharp'

/** The demo folder of @vladmandic/face-api: the only photographs a test may count on without ../shared. */
function demoDirectory(): string {
  const entry = createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')
  return join(dirname(entry), 'demo')
}

/** One of the six group photographs, `number` 1..6, as JPEG bytes. */
export function samplePhotograph(number: 1 | 2 | 3 | 4 | 5 | 6): Buffer {
  return readFileSync(join(demoDirectory(), `sample${number}.jpg`))
}

/** Where one face stands in a group photograph, with room around it, in pixels. */
const portraits = {
  /** In the middle of sample 3, frontal. */
  personA: { photograph: 3, left: 990, top: 120, width: 460, height: 480 },
  /** In the middle of sample 4. */
  personB: { photograph: 4, left: 880, top: 110, width: 390, height: 430 },
  /** On the left of sample 6, frontal. */
  personC: { photograph: 6, left: 150, top: 360, width: 430, height: 480 },
} as const

export type PortraitName = keyof typeof portraits

/** One person cut from a group photograph, as JPEG bytes. */
export async function portrait(name: PortraitName): Promise<Buffer> {
  const { photograph, ...region } = portraits[name]
  return sharp(samplePhotograph(photograph)).extract(region).jpeg({ quality: 92 }).toBuffer()
}
