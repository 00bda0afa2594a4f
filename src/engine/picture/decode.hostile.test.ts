import { crc32, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { pattern, patternHeic } from '../../../test/support/pattern.ts'
import { samplePhotograph } from '../../../test/support/pictures.ts'
import { PictureError } from '../errors.ts'
import { decodePicture } from './decode.ts'

async function outcome(bytes: Uint8Array, options = {}): Promise<string> {
  try {
    await decodePicture(bytes, options)
    return 'decoded'
  } catch (error) {
    if (error instanceof PictureError) return error.code
    throw error
  }
}

/** Milliseconds of processor time since the call: a busy machine is not the decoder's fault. */
function stopwatch(): () => number {
  const start = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  }
}

const text = (value: string) => new TextEncoder().encode(value)

/** A PNG whose header promises more than its data hold. */
function pngPromising(width: number, height: number): Buffer {
  const chunk = (type: string, body: Buffer) => {
    const typed = Buffer.concat([Buffer.from(type), body])
    const frame = Buffer.alloc(8)
    frame.writeUInt32BE(body.length, 0)
    frame.writeUInt32BE(Number(crc(typed)), 4)
    return Buffer.concat([frame.subarray(0, 4), typed, frame.subarray(4)])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
const crc = (bytes: Buffer) => crc32(bytes) >>> 0

describe('decodePicture on hostile bytes', () => {
  it('names what is no picture', async () => {
    expect(await outcome(new Uint8Array())).toBe('picture_empty')
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    for (const other of [svg, '%PDF-1.7\n1 0 obj', 'hello', '\0\0\0\0', 'BM12345678']) {
      expect(await outcome(text(other)), other).toBe('picture_format_unknown')
    }
    expect(await outcome(await pattern().gif().toBuffer())).toBe('picture_format_unknown')
    expect(await outcome(await pattern().avif().toBuffer())).toBe('picture_format_unknown')
  })

  it('keeps every loader but four out of reach even for code that does not sniff', async () => {
    const svg = text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>')
    await expect(sharp(svg).metadata()).rejects.toThrow()
    await expect(sharp(await pattern().gif().toBuffer()).metadata()).rejects.toThrow()
    await expect(sharp(await pattern().avif().toBuffer()).metadata()).rejects.toThrow()
  })

  it('refuses decompression bombs from the header, within a second and without memory', async () => {
    const create = { width: 7100, height: 7100, channels: 3, background: '#888' } as const
    const solid = sharp({ create, limitInputPixels: false })
    const bombs = [
      await solid.clone().png().toBuffer(),
      await solid.clone().resize(8000, 8000).jpeg({ progressive: true }).toBuffer(),
      await solid.clone().tiff({ compression: 'deflate' }).toBuffer(),
      await solid.clone().webp({ effort: 0 }).toBuffer(),
      pngPromising(30_000, 30_000),
      pngPromising(1, 39_000_000),
      pngPromising(39_000_000, 1),
    ]
    const before = process.memoryUsage.rss()
    for (const bomb of bombs) {
      const took = stopwatch()
      expect(await outcome(bomb, { longestSide: 1280 })).toBe('picture_too_many_pixels')
      expect(took()).toBeLessThan(1000)
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(50e6)
  })

  it('refuses a JPEG with more scans than any encoder writes, before it decodes one', async () => {
    const flat = sharp({ create: { width: 4000, height: 3000, channels: 3, background: '#7f6f5f' } })
    const file = await flat
      .jpeg({ progressive: true, optimiseScans: true, chromaSubsampling: '4:4:4' })
      .toBuffer()
    const lastScan = file.lastIndexOf(Buffer.from([0xff, 0xda]))
    const scan = file.subarray(lastScan, -2)
    const repeated = (times: number) =>
      Buffer.concat([file.subarray(0, -2), ...Array.from({ length: times }, () => scan), file.subarray(-2)])
    expect(await outcome(repeated(20), { longestSide: 64 })).toBe('decoded')
    const endless = repeated(10_000)
    const took = stopwatch()
    expect(await outcome(endless, { longestSide: 64 })).toBe('picture_too_complex')
    // Decoding takes most of a minute.
    expect(took()).toBeLessThan(5000)
  })

  it('refuses a JPEG of countless segments', async () => {
    const file = await pattern().jpeg().toBuffer()
    const comments = Buffer.alloc(5000 * 4, Buffer.from([0xff, 0xfe, 0, 2]))
    expect(await outcome(Buffer.concat([file.subarray(0, 2), comments, file.subarray(2)]))).toBe(
      'picture_too_complex',
    )
  })

  it('applies a smaller limit of the caller to every format', async () => {
    const files = [
      await pattern().jpeg().toBuffer(),
      await pattern().png().toBuffer(),
      await pattern().webp().toBuffer(),
      await pattern().tiff().toBuffer(),
      patternHeic(),
    ]
    for (const bytes of files) {
      expect(await outcome(bytes, { pixelLimit: 96 * 64 - 1 })).toBe('picture_too_many_pixels')
      expect(await outcome(bytes, { pixelLimit: 96 * 64 })).toBe('decoded')
    }
  })

  it('calls a file cut anywhere damaged', async () => {
    const photograph = sharp(samplePhotograph(2)).resize(400)
    const files = {
      jpeg: await photograph.clone().jpeg().toBuffer(),
      progressive: await photograph.clone().jpeg({ progressive: true }).toBuffer(),
      png: await photograph.clone().png().toBuffer(),
      webp: await photograph.clone().webp().toBuffer(),
      tiff: await photograph.clone().tiff({ compression: 'lzw' }).toBuffer(),
      heic: patternHeic(),
    }
    for (const [name, bytes] of Object.entries(files)) {
      for (const part of [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97]) {
        const cut = bytes.subarray(0, Math.max(16, Math.floor(bytes.length * part)))
        for (const options of [{}, { longestSide: 100 }]) {
          expect(await outcome(cut, options), `${name} cut at ${part}`).toBe('picture_damaged')
        }
      }
    }
  })

  it('answers flipped bytes with pixels or a PictureError, quickly, and never otherwise', async () => {
    const seeds = [
      await pattern().jpeg().toBuffer(),
      await pattern().png().toBuffer(),
      await pattern().webp().toBuffer(),
      await pattern().tiff().toBuffer(),
      patternHeic(),
      patternHeic('turned'),
    ]
    const mutation = fc.record({
      seed: fc.constantFrom(...seeds),
      flips: fc.array(
        fc.tuple(fc.double({ min: 0, max: 0.9999, noNaN: true }), fc.integer({ min: 0, max: 255 })),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
    })
    await fc.assert(
      fc.asyncProperty(mutation, async ({ seed, flips }) => {
        const bytes = Uint8Array.from(seed)
        for (const [at, value] of flips) bytes[Math.floor(at * bytes.length)] = value
        const took = stopwatch()
        await outcome(bytes, { longestSide: 64 })
        expect(took()).toBeLessThan(2000)
      }),
      { numRuns: 400, seed: 20261121 },
    )
  })
})
