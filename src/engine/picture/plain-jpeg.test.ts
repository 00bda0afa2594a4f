import fc from 'fast-check'
import sharp, { type JpegOptions } from 'sharp'
import { describe, expect, it } from 'vitest'
import { samplePhotograph } from '../../../test/support/pictures.ts'
import { redraw } from '../../../test/support/redraw.ts'
import { plainJpeg } from './plain-jpeg.ts'
import { withoutMetadata } from './without-metadata.ts'

const secret = 'SECRET-of-the-camera'

const encode = (options: JpegOptions = {}, grey = false) => {
  const picture = sharp(samplePhotograph(1)).resize(160)
  return (grey ? picture.toColourspace('b-w') : picture).jpeg(options).toBuffer()
}
const picture = await encode()

const segment = (marker: number, body: Buffer | string) => {
  const bytes = Buffer.from(body as string, 'latin1')
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(2 + bytes.length, 2)
  return Buffer.concat([head, bytes])
}

/** Puts segments behind the start of the image. */
const withSegments = (jpeg: Buffer, ...segments: Buffer[]) =>
  Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)])

/** EXIF with one orientation in its first directory, and the secret behind it. */
function exif(orientation: number, order: 'II' | 'MM' = 'MM'): Buffer {
  const tiff = Buffer.alloc(26)
  const word = (value: number, at: number) =>
    order === 'II' ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at)
  const long = (value: number, at: number) =>
    order === 'II' ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at)
  tiff.write(order, 'latin1')
  word(42, 2)
  long(8, 4)
  word(1, 8)
  word(0x0112, 10)
  word(3, 12)
  long(1, 14)
  word(orientation, 18)
  return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff, Buffer.from(secret)]))
}

/** Markers of a JPEG up to its end, from an own walk. */
function markersOf(jpeg: Buffer): number[] {
  const markers: number[] = []
  for (let at = 2; at < jpeg.length; ) {
    const marker = jpeg[at + 1]!
    markers.push(marker)
    if (marker === 0xd9) {
      expect(at + 2).toBe(jpeg.length)
      return markers
    }
    at += 2 + jpeg.readUInt16BE(at + 2)
    if (marker !== 0xda) continue
    while (jpeg[at] !== 0xff || jpeg[at + 1] === 0 || (jpeg[at + 1]! & 0xf8) === 0xd0) at++
  }
  throw new Error('There is no end.')
}

const pixels = (jpeg: Uint8Array) => sharp(jpeg).autoOrient().raw().toBuffer()

describe('plainJpeg', () => {
  const kinds: [string, Promise<Buffer>][] = [
    ['baseline', encode()],
    ['progressive', encode({ progressive: true })],
    ['full chroma', encode({ chromaSubsampling: '4:4:4', quality: 98 })],
    ['grey', encode({}, true)],
    ['optimised by mozjpeg', encode({ mozjpeg: true })],
  ]
  it.each(kinds)('keeps every pixel of a %s file', async (_kind, encoded) => {
    const jpeg = await encoded
    const plain = plainJpeg(withSegments(jpeg, exif(1), segment(0xfe, secret)), 1600)
    expect(plain?.includes(secret)).toBe(false)
    expect((await pixels(plain!)).equals(await pixels(jpeg))).toBe(true)
  })

  const beside: [string, Buffer][] = [
    ['EXIF', exif(1)],
    ['EXIF in the other byte order', exif(1, 'II')],
    ['XMP', segment(0xe1, `http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>${secret}</x:xmpmeta>`)],
    ['IPTC', segment(0xed, `Photoshop 3.0\u00008BIM${secret}`)],
    ['a comment', segment(0xfe, secret)],
    ['a thumbnail', segment(0xe0, `JFXX\0\x10${secret}`)],
    ['a list of further pictures', segment(0xe2, `MPF\0${secret}`)],
    ['a segment nobody knows', segment(0xef, secret)],
    ['an empty segment', segment(0xe5, '')],
    ["Adobe's mark with more behind it", segment(0xee, `Adobe\0\x64\0\0\0\0\x01${secret}`)],
  ]
  it.each(beside)('leaves %s behind', async (_name, added) => {
    const plain = plainJpeg(withSegments(picture, added), 1600)!
    expect(plain.includes(secret)).toBe(false)
    expect(markersOf(plain).filter((marker) => marker >= 0xe0 && ![0xe0, 0xee].includes(marker))).toEqual([])
    expect((await pixels(plain)).equals(await pixels(picture))).toBe(true)
  })

  it('leaves behind what follows the end, another picture too', async () => {
    const trailing = Buffer.concat([picture, Buffer.from(secret), withSegments(picture, exif(6))])
    const plain = plainJpeg(trailing, 1600)!
    expect(plain.length).toBeLessThanOrEqual(picture.length)
    expect(plain.equals(plainJpeg(picture, 1600)!)).toBe(true)
  })

  it('writes the segments that decide on colours again', async () => {
    const jfif = segment(0xe0, `JFIF\0\x01\x02\x01\0\x48\0\x48\x01\x01${secret.slice(0, 3)}`)
    const plain = plainJpeg(withSegments(picture, jfif), 1600)!
    expect(plain.subarray(2, 20).toString('hex')).toBe('ffe000104a46494600010100000100010000')
    // Where there is no JFIF, Adobe's transform 0 says RGB: another picture from the same codes.
    const rgb = withSegments(picture, segment(0xee, 'Adobe\0\x65\xab\xcd\xef\x01\0'))
    const plainRgb = plainJpeg(rgb, 1600)!
    expect(plainRgb.subarray(2, 18).toString('hex')).toBe('ffee000e41646f626500640000000000')
    expect((await pixels(plainRgb)).equals(await pixels(rgb))).toBe(true)
    expect((await pixels(plainRgb)).equals(await pixels(picture))).toBe(false)
  })

  const mark = (transform: number) => segment(0xee, `Adobe\0\x64\0\0\0\0${String.fromCharCode(transform)}`)
  const quantisation = picture.indexOf(Buffer.from([0xff, 0xdb]))
  const table = picture.subarray(quantisation, quantisation + 2 + picture.readUInt16BE(quantisation + 2))
  const scan = picture.indexOf(Buffer.from([0xff, 0xda]))
  const longer = (at: number, by: number) => {
    const changed = Buffer.from(picture)
    changed.writeUInt16BE(changed.readUInt16BE(at + 2) + by, at + 2)
    return changed
  }
  const iccProfile = sharp(picture).withIccProfile('p3').jpeg().toBuffer()
  const odd: [string, Buffer | Promise<Buffer>][] = [
    ['turned by EXIF', withSegments(picture, exif(6))],
    ['turned in the other byte order', withSegments(picture, exif(3, 'II'))],
    ['EXIF twice', withSegments(picture, exif(1), exif(1))],
    ['EXIF that is none', withSegments(picture, segment(0xe1, 'Exif\0\0no TIFF at all'))],
    ['EXIF cut off', withSegments(picture, segment(0xe1, 'Exif\0\0MM\0*\0\0\0\x08\0\x05'))],
    ['EXIF whose directory is far away', withSegments(picture, segment(0xe1, 'Exif\0\0MM\0*\x7f\0\0\0'))],
    ['a colour profile', iccProfile],
    ['a mark twice', withSegments(picture, mark(1), mark(1))],
    ['a transform of four components', withSegments(picture, mark(2))],
    ['four components', sharp(picture).toColourspace('cmyk').jpeg().toBuffer()],
    ['a table twice', withSegments(picture, table)],
    [
      'a table with bytes to spare',
      Buffer.concat([
        picture.subarray(0, 20),
        segment(0xdb, `${table.toString('latin1', 4)}${secret}`),
        picture.subarray(20),
      ]),
    ],
    ['a restart interval of three bytes', withSegments(picture, segment(0xdd, '\0\x04!'))],
    [
      'a comment inside the scan',
      Buffer.concat([picture.subarray(0, -2), segment(0xfe, secret), picture.subarray(-2)]),
    ],
    [
      'more codes than pixels',
      Buffer.concat([picture.subarray(0, -2), Buffer.alloc(300_000, secret), picture.subarray(-2)]),
    ],
    ['a scan header that is too long', longer(scan, 1)],
    ['fill bytes', Buffer.concat([picture.subarray(0, scan), Buffer.from([0xff]), picture.subarray(scan)])],
    ['no end', picture.subarray(0, -2)],
    ['no scan', Buffer.concat([picture.subarray(0, scan), picture.subarray(-2)])],
    ['no picture', Buffer.from('not a picture')],
    ['nothing', Buffer.alloc(0)],
    ['an arithmetic frame', withSegments(picture, segment(0xc9, '\x08\0\x10\0\x10\x01\x01\x11\0'))],
    ['two frames', withSegments(picture, segment(0xc0, '\x08\0\x10\0\x10\x01\x01\x11\0'))],
    ['the picture in a picture', withSegments(picture, picture)],
  ]
  it.each(odd)('leaves to the decoder: %s', async (_name, jpeg) => {
    expect(plainJpeg(await jpeg, 1600)).toBeNull()
  })

  it('leaves a picture larger than it may be to the decoder', () => {
    expect(plainJpeg(picture, 159)).toBeNull()
    expect(plainJpeg(picture, 160)).not.toBeNull()
  })

  it('never throws, and gives nothing but tables, frame and scans, whatever is done to a file', () => {
    const tagged = withSegments(picture, exif(1), segment(0xfe, secret), segment(0xed, secret))
    const byte = fc.integer({ min: 0, max: 255 })
    const anywhere = fc.array(fc.record({ at: fc.nat(tagged.length - 1), byte }), { maxLength: 2 })
    // Most of what can go wrong is in the headers.
    const headers = fc.array(fc.record({ at: fc.nat(900), byte }), { maxLength: 2 })
    const cut = fc.option(fc.nat(tagged.length))
    let kept = 0
    fc.assert(
      fc.property(anywhere, headers, cut, (changes, inHeaders, length) => {
        const jpeg = Buffer.from(tagged)
        for (const { at, byte } of [...changes, ...inHeaders]) jpeg[at] = byte
        const plain = plainJpeg(jpeg.subarray(0, length ?? jpeg.length), 1600)
        if (!plain) return
        kept++
        const allowed = [0xc0, 0xc1, 0xc2, 0xc4, 0xd9, 0xda, 0xdb, 0xdd, 0xe0, 0xee]
        expect(markersOf(plain).every((marker) => allowed.includes(marker))).toBe(true)
        expect(plainJpeg(plain, 1600)?.equals(plain)).toBe(true)
      }),
      { numRuns: 3000 },
    )
    expect(kept).toBeGreaterThan(100)
  })
})

describe('withoutMetadata', () => {
  it('copies a plain JPEG and encodes any other again, without its metadata either way', async () => {
    const upright = withSegments(picture, exif(1), segment(0xfe, secret))
    expect(await withoutMetadata({ redraw }, upright)).toEqual(plainJpeg(upright, 1600))
    const turned = (await withoutMetadata({ redraw }, withSegments(picture, exif(6), segment(0xfe, secret))))!
    expect(turned.includes(secret)).toBe(false)
    const [before, after] = [await sharp(picture).metadata(), await sharp(turned).metadata()]
    expect([after.width, after.height]).toEqual([before.height, before.width])
    const large = (await withoutMetadata({ redraw }, upright, 80))!
    expect(large.includes(secret)).toBe(false)
    expect((await sharp(large).metadata()).width).toBe(80)
  })
})
