import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { samplePhotograph } from '../../../test/support/pictures.ts'
import { decodePicture } from './decode.ts'
import { checksum, fingerprint, hammingDistance } from './fingerprint.ts'

const hash = async (bytes: Uint8Array) => fingerprint(await decodePicture(bytes, { longestSide: 1280 }))
const photographs = ([1, 2, 3, 4, 5, 6] as const).map(samplePhotograph)

describe('fingerprint', () => {
  it('barely changes when a picture is encoded again, resized or brightened', async () => {
    for (const photograph of photographs) {
      const original = await hash(photograph)
      expect(original).toMatch(/^[0-9a-f]{16}$/)
      const copies = [
        await sharp(photograph).jpeg({ quality: 40 }).toBuffer(),
        await sharp(photograph).webp({ quality: 60 }).toBuffer(),
        await sharp(photograph).resize(500).jpeg().toBuffer(),
        await sharp(photograph).resize(1000, 660, { fit: 'fill' }).png().toBuffer(),
        await sharp(photograph).modulate({ brightness: 1.15 }).jpeg().toBuffer(),
        await sharp(photograph).blur(2).jpeg().toBuffer(),
      ]
      for (const copy of copies) expect(hammingDistance(original, await hash(copy))).toBeLessThanOrEqual(10)
    }
  })

  it('differs widely between different pictures', async () => {
    const hashes = await Promise.all(photographs.map(hash))
    for (const [index, first] of hashes.entries()) {
      for (const second of hashes.slice(index + 1)) expect(hammingDistance(first, second)).toBeGreaterThan(12)
    }
  })

  it('gives a flat picture some hash', async () => {
    const flat = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#777' } })
      .png()
      .toBuffer()
    expect(await hash(flat)).toMatch(/^[0-9a-f]{16}$/)
  })
})

describe('hammingDistance', () => {
  it('counts differing bits', () => {
    expect(hammingDistance('0000000000000000', 'ffffffffffffffff')).toBe(64)
    expect(hammingDistance('8000000000000001', '0000000000000000')).toBe(2)
    expect(hammingDistance('00000000000000f0', '00000000000000f0')).toBe(0)
  })
})

describe('checksum', () => {
  it('is the SHA-256 of the bytes', () => {
    expect(checksum(new TextEncoder().encode('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })
})
