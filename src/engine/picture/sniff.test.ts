import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { pattern, patternHeic } from '../../../test/support/pattern.ts'
import { sniff } from './sniff.ts'

const text = (value: string) => new TextEncoder().encode(value)

/** An ISO base media header with these brands. */
function ftyp(major: string, ...compatible: string[]): Uint8Array {
  const body = text(`ftyp${major}\0\0\0\0${compatible.join('')}`)
  return Uint8Array.from([0, 0, 0, body.length + 4, ...body])
}

describe('sniff', () => {
  it('knows the five formats by their first bytes', async () => {
    expect(sniff(await pattern().jpeg().toBuffer())).toBe('jpeg')
    expect(sniff(await pattern().png().toBuffer())).toBe('png')
    expect(sniff(await pattern().webp().toBuffer())).toBe('webp')
    expect(sniff(await pattern().tiff().toBuffer())).toBe('tiff')
    expect(sniff(patternHeic())).toBe('heic')
    expect(sniff(Uint8Array.of(0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8))).toBe('tiff')
  })

  it('tells HEIC from its AVIF and video relatives by the brands', () => {
    expect(sniff(ftyp('heix'))).toBe('heic')
    expect(sniff(ftyp('mif1', 'mif1', 'heic'))).toBe('heic')
    expect(sniff(ftyp('mif1', 'mif1', 'avif'))).toBeNull()
    expect(sniff(ftyp('avif', 'mif1', 'heic'))).toBeNull()
    expect(sniff(ftyp('isom', 'mp42', 'heic'))).toBeNull()
  })

  it('refuses GIF, AVIF, BMP, SVG, PDF, text and nothing', async () => {
    expect(sniff(await pattern().gif().toBuffer())).toBeNull()
    expect(
      sniff(
        await sharp(await pattern().png().toBuffer())
          .avif()
          .toBuffer(),
      ),
    ).toBeNull()
    for (const other of [
      'BM\x9a\0\0\0',
      '<svg xmlns="',
      '<?xml version="1.0"?><svg/>',
      '%PDF-1.7',
      'hello',
      '',
    ]) {
      expect(sniff(text(other)), other).toBeNull()
    }
  })

  it('does not read beyond a short header', () => {
    for (const start of [ftyp('mif1', 'heic'), text('RIFF\0\0\0\0WEBP'), Uint8Array.of(0x89, 0x50, 0x4e)]) {
      for (let length = 0; length < Math.min(12, start.length); length++) {
        expect(sniff(start.subarray(0, length))).toBeNull()
      }
    }
  })
})
