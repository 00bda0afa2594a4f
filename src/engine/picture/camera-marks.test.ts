import type { Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { pattern, patternHeic } from '../../../test/support/pattern.ts'
import { cameraMarksOf } from './camera-marks.ts'
import { decodePicture } from './decode.ts'

/** As a phone writes it; the encoder adds the picture's size. */
const taken = {
  IFD0: { Make: 'A maker', Model: 'A model' },
  IFD2: { DateTimeOriginal: '2026:01:02 03:04:05', ExposureTime: '1/60' },
}
const saved = (picture: Sharp, quality = 92) => picture.withExif(taken).jpeg({ quality }).toBuffer()

async function marksOf(bytes: Buffer) {
  const decoded = await decodePicture(bytes, { longestSide: 400 })
  const { originalWidth: width, originalHeight: height } = decoded
  return cameraMarksOf(bytes, { ...decoded, width, height })
}

/** The EXIF segment of one JPEG put before what another has. */
function withExifOf(from: Buffer, to: Buffer): Buffer {
  const start = from.indexOf('Exif\0\0', 0, 'latin1') - 4
  const segment = from.subarray(start, start + 2 + from.readUInt16BE(start + 2))
  return Buffer.concat([to.subarray(0, 2), segment, to.subarray(2)])
}

describe('the marks of a camera', () => {
  it('are all there in a picture as a phone saves it, also one that lies on its side', async () => {
    const all = ['camera_named', 'size_kept', 'finely_saved']
    expect(await marksOf(await saved(pattern(1200, 900)))).toEqual(all)
    const lying = pattern(1200, 900).withExif({ ...taken, IFD0: { ...taken.IFD0, Orientation: '6' } })
    expect(await marksOf(await lying.jpeg({ quality: 92 }).toBuffer())).toEqual(all)
  })

  it('are gone when a program saves the picture, but for how finely', async () => {
    expect(await marksOf(await pattern(1200, 900).jpeg({ quality: 92 }).toBuffer())).toEqual(['finely_saved'])
    expect(await marksOf(await pattern(1200, 900).jpeg({ quality: 75 }).toBuffer())).toEqual([])
  })

  it('do not say that a size was kept when the picture was cut, or shows less than a megapixel', async () => {
    const original = await saved(pattern(1200, 900))
    const cut = withExifOf(original, await pattern(1100, 900).jpeg({ quality: 92 }).toBuffer())
    expect(await marksOf(cut)).toEqual(['camera_named', 'finely_saved'])
    expect(await marksOf(await saved(pattern(800, 600)))).toEqual(['camera_named', 'finely_saved'])
  })

  it('are not looked for in formats that no phone writes', async () => {
    expect(await marksOf(await pattern(1200, 900).withExif(taken).png().toBuffer())).toEqual([])
    expect(await marksOf(patternHeic())).toEqual(['finely_saved'])
  })

  it('need a camera, not only some EXIF', async () => {
    const edited = pattern(1200, 900).withExif({ IFD0: { Software: 'A program', Make: 'A maker' } })
    expect(await marksOf(await edited.jpeg({ quality: 92 }).toBuffer())).toEqual([
      'size_kept',
      'finely_saved',
    ])
  })

  it.each([
    ['cut off after any byte', (exif: Buffer, at: number) => exif.subarray(0, at)],
    ['with any byte changed', (exif: Buffer, at: number) => Buffer.from(exif).fill(0xff, at, at + 1)],
  ])('are read of EXIF %s without a fault', async (_, spoil) => {
    const original = await saved(pattern(1200, 900))
    const start = original.indexOf('Exif\0\0', 0, 'latin1')
    const exif = original.subarray(start, start + original.readUInt16BE(start - 2) - 2)
    for (let at = 0; at < exif.length; at++) {
      const file = Buffer.concat([Buffer.from([0xff, 0xd8]), spoil(exif, at)])
      const marks = cameraMarksOf(file, { format: 'jpeg', width: 1200, height: 900, jpegQuality: null })
      expect(['camera_named', 'size_kept']).toEqual(expect.arrayContaining(marks))
    }
  })
})
