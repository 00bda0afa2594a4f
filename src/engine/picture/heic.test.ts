import { describe, expect, it } from 'vitest'
import { patternColours, patternHeic } from '../../../test/support/pattern.ts'
import { decodePicture } from './decode.ts'
import { decodeHeic } from './heic.ts'

/** Replaces the declared size (`ispe`) of the only picture in a HEIC file. */
function declaring(width: number, height: number): Buffer {
  const bytes = Buffer.from(patternHeic())
  const at = bytes.indexOf('ispe') + 8
  bytes.writeUInt32BE(width, at)
  bytes.writeUInt32BE(height, at + 4)
  return bytes
}

describe('decodeHeic', () => {
  it('turns a picture once, although irot and EXIF both ask for it', async () => {
    const { width, height, data } = await decodePicture(patternHeic('turned'))
    expect([width, height]).toEqual([64, 96])
    // The stored pattern turned clockwise: its bottom left corner comes to the top left.
    patternColours.bottomLeft.forEach((value, channel) => {
      expect(Math.abs(data[channel]! - value)).toBeLessThanOrEqual(6)
    })
  })

  it('keeps transparency for the caller to flatten', async () => {
    const { channels, data } = decodeHeic(patternHeic('transparent'), 1e6)
    expect(channels).toBe(4)
    expect(data[3]).toBe(0)
    expect([...(await decodePicture(patternHeic('transparent'))).data.subarray(0, 3)]).toEqual([
      255, 255, 255,
    ])
  })

  it('believes neither a size that is too large nor one that is too small', () => {
    expect(() => decodeHeic(declaring(20_000, 20_000), 40e6)).toThrow(
      expect.objectContaining({ code: 'picture_too_many_pixels' }),
    )
    // The coded frame stays 96x64, more than this limit, whatever the header says.
    expect(() => decodeHeic(declaring(8, 8), 2000)).toThrow(/pixels|damaged/)
  })

  it('gives back its memory', async () => {
    const bytes = patternHeic()
    for (let i = 0; i < 20; i++) decodeHeic(bytes, 1e6)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const before = process.memoryUsage().arrayBuffers
    for (let i = 0; i < 60; i++) {
      decodeHeic(bytes, 1e6)
      if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    }
    // Sixty instances of 17 MB would be a gigabyte.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(400e6)
  })
})
