import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { pattern, patternColours, patternHeic } from '../../../test/support/pattern.ts'
import { samplePhotograph } from '../../../test/support/pictures.ts'
import { decodePicture } from './decode.ts'
import type { Raster } from './raster.ts'

/** Mean colour of the middle of each quarter, rounded. */
function quarters(raster: Raster): Record<keyof typeof patternColours, number[]> {
  const at = (fx: number, fy: number) => {
    const offset = (Math.floor(raster.height * fy) * raster.width + Math.floor(raster.width * fx)) * 4
    return [...raster.data.subarray(offset, offset + 3)]
  }
  return {
    topLeft: at(0.25, 0.25),
    topRight: at(0.75, 0.25),
    bottomLeft: at(0.25, 0.75),
    bottomRight: at(0.75, 0.75),
  }
}

function expectPattern(raster: Raster, tolerance: number) {
  const found = quarters(raster)
  for (const [name, colour] of Object.entries(patternColours)) {
    found[name as keyof typeof found].forEach((value, channel) => {
      expect(Math.abs(value - colour[channel]!), `${name} ${channel}`).toBeLessThanOrEqual(tolerance)
    })
  }
}

describe('decodePicture', () => {
  it('decodes every format to the same upright sRGB pixels', async () => {
    const files = {
      jpeg: await pattern().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(),
      png: await pattern().png().toBuffer(),
      webp: await pattern().webp({ lossless: true }).toBuffer(),
      tiff: await pattern().tiff({ compression: 'lzw' }).toBuffer(),
      heic: patternHeic(),
    }
    for (const [format, bytes] of Object.entries(files)) {
      const pixels = await decodePicture(bytes)
      expect(pixels).toMatchObject({
        format,
        width: 96,
        height: 64,
        originalWidth: 96,
        originalHeight: 64,
        scale: 1,
      })
      expect(pixels.data.length).toBe(96 * 64 * 4)
      expectPattern(pixels, 4)
    }
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('brings EXIF orientation %i upright', async (orientation) => {
    // Stores the pattern the way a camera would: the inverse of what the orientation says must be done.
    const png = (image: Sharp) => image.png().toBuffer()
    const flopped = async (image: Sharp) => png(sharp(await png(image)).flop())
    const stored: Record<number, () => Promise<Buffer>> = {
      1: () => png(pattern()),
      2: () => png(pattern().flop()),
      3: () => png(pattern().rotate(180)),
      4: () => png(pattern().flip()),
      5: () => flopped(pattern().rotate(90)),
      6: () => png(pattern().rotate(270)),
      7: () => flopped(pattern().rotate(270)),
      8: () => png(pattern().rotate(90)),
    }
    const file = await stored[orientation]!()
    for (const longestSide of [96, 48]) {
      const bytes = await sharp(file)
        .withMetadata({ orientation })
        .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
        .toBuffer()
      const pixels = await decodePicture(bytes, { longestSide })
      expect(pixels).toMatchObject({ width: longestSide, originalWidth: 96, originalHeight: 64 })
      expectPattern(pixels, 4)
    }
  })

  it('reads unusual pixels as 8-bit sRGB', async () => {
    const deep = await pattern().toColourspace('rgb16').png().toBuffer()
    const palette = await pattern().png({ palette: true, colours: 8 }).toBuffer()
    const interlaced = await pattern().png({ progressive: true }).toBuffer()
    const progressive = await pattern().jpeg({ progressive: true, quality: 95 }).toBuffer()
    for (const bytes of [deep, palette, interlaced, progressive]) expectPattern(await decodePicture(bytes), 6)
  })

  it('turns CMYK into plausible RGB', async () => {
    const bytes = await pattern().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer()
    expect((await sharp(bytes).metadata()).space).toBe('cmyk')
    expectPattern(await decodePicture(bytes), 80)
  })

  it('converts a wide colour profile but leaves sRGB and Display P3 as they are', async () => {
    const lossless = { quality: 100, chromaSubsampling: '4:4:4' } as const
    const plain = await decodePicture(await pattern().jpeg(lossless).toBuffer())
    const tagged = sharp(await pattern().jpeg(lossless).toBuffer())
    const srgb = await decodePicture(await tagged.clone().withIccProfile('srgb').jpeg(lossless).toBuffer())
    expectPattern(srgb, 4)
    // The encoder moved the colours into Display P3; unread, they stay there: duller, but not far off.
    const p3 = await decodePicture(await tagged.clone().withIccProfile('p3').jpeg(lossless).toBuffer())
    expectPattern(p3, 70)
    expect(p3.data[0]).toBeLessThan(plain.data[0]! - 5)
  })

  it('repeats a grey channel three times', async () => {
    for (const image of [
      pattern().greyscale().png(),
      pattern().greyscale().jpeg(),
      pattern().toColourspace('grey16').png(),
    ]) {
      const { data } = await decodePicture(await image.toBuffer())
      expect(data[0]).toBe(data[1])
      expect(data[0]).toBe(data[2])
      expect(data[0]).toBeGreaterThan(20)
    }
  })

  it('lays transparency on white', async () => {
    const clear = await pattern().ensureAlpha(0).png().toBuffer()
    expect([...(await decodePicture(clear)).data.subarray(0, 3)]).toEqual([255, 255, 255])
    const grey = await pattern().greyscale().ensureAlpha(0).webp().toBuffer()
    expect([...(await decodePicture(grey)).data.subarray(0, 3)]).toEqual([255, 255, 255])
  })

  it('reads only the first page of a file with several', async () => {
    const pages = await sharp(await pattern().png().toBuffer(), { pages: 1 }).toBuffer()
    const bytes = await sharp([pages, await pattern().negate().png().toBuffer()], {
      join: { animated: true },
    })
      .webp({ lossless: true })
      .toBuffer()
    expect((await sharp(bytes).metadata()).pages).toBe(2)
    const pixels = await decodePicture(bytes)
    expect(pixels.height).toBe(64)
    expectPattern(pixels, 4)
  })

  it('reduces to the longest side and says by how much, but never enlarges', async () => {
    const bytes = samplePhotograph(1)
    const reduced = await decodePicture(bytes, { longestSide: 640 })
    expect(reduced).toMatchObject({ width: 640, height: 427, originalWidth: 1920, originalHeight: 1280 })
    expect(reduced.scale).toBeCloseTo(1 / 3, 6)
    expect(await decodePicture(bytes, { longestSide: 5000 })).toMatchObject({ width: 1920, scale: 1 })
  })

  it('reads what a phone of 108 megapixels writes, reduced, and no other format of that size', async () => {
    const flat = sharp({ create: { width: 12_000, height: 9000, channels: 3, background: '#7f6f5f' } })
    const pixels = await decodePicture(await flat.clone().jpeg().toBuffer(), { longestSide: 1280 })
    expect([pixels.width, pixels.height, pixels.originalWidth]).toEqual([1280, 960, 12_000])
    const png = await flat.png({ compressionLevel: 1 }).toBuffer()
    await expect(decodePicture(png, { longestSide: 1280 })).rejects.toMatchObject({
      code: 'picture_too_many_pixels',
    })
  })

  it('reads a whole JPEG that lacks its end marker, or half of it', async () => {
    const whole = await pattern().jpeg().toBuffer()
    const { data } = await decodePicture(whole)
    for (const missing of [1, 2]) {
      expect((await decodePicture(whole.subarray(0, -missing))).data).toEqual(data)
    }
  })

  it('reads one-pixel pictures', async () => {
    for (const [width, height] of [
      [1, 1],
      [1, 50],
      [50, 1],
    ] as const) {
      const bytes = await pattern(width, height).png().toBuffer()
      expect(await decodePicture(bytes, { longestSide: 10 })).toMatchObject({
        originalWidth: width,
        originalHeight: height,
      })
    }
  })
})
