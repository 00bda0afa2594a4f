import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { samplePhotograph } from '../../../test/support/pictures.ts'
import { decodePicture } from './decode.ts'
import { jpegQuality } from './jpeg.ts'

describe('jpegQuality', () => {
  it('reads the quality the encoder was asked for', async () => {
    const small = sharp(samplePhotograph(1)).resize(200)
    for (const quality of [2, 5, 10, 30, 50, 70, 90, 97]) {
      const bytes = await small.clone().jpeg({ quality }).toBuffer()
      expect(Math.abs(jpegQuality(bytes)! - quality), `quality ${quality}`).toBeLessThanOrEqual(1.5)
    }
  })

  it('knows nothing about other or broken files', async () => {
    expect(jpegQuality(await sharp(samplePhotograph(1)).resize(50).png().toBuffer())).toBeNull()
    const bytes = await sharp(samplePhotograph(1)).resize(50).jpeg().toBuffer()
    for (let length = 0; length < 60; length++) expect(jpegQuality(bytes.subarray(0, length))).toBeNull()
  })

  it('travels with the decoded picture', async () => {
    const bytes = await sharp(samplePhotograph(1)).jpeg({ quality: 60 }).toBuffer()
    expect((await decodePicture(bytes, { longestSide: 640 })).jpegQuality).toBeCloseTo(60, 0)
  })
})
