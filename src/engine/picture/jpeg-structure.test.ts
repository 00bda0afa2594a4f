import sharp from 'sharp'
import { expect, it } from 'vitest'
import { jpegStructure } from './jpeg-structure.ts'

const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: '#7f6f5f' } })

it('counts the scans and segments of a picture, whatever follows it', async () => {
  const baseline = await picture.clone().jpeg().toBuffer()
  const trailing = Buffer.concat([baseline, baseline])
  expect(jpegStructure(baseline)).toMatchObject({ scans: 1, ended: true })
  expect(jpegStructure(trailing)).toEqual(jpegStructure(baseline))
  const progressive = jpegStructure(await picture.clone().jpeg({ progressive: true }).toBuffer())
  expect(progressive.scans).toBeGreaterThan(5)
  expect(progressive.segments).toBeGreaterThan(progressive.scans)
})

it('says that the end is missing, wherever the file is cut', async () => {
  const bytes = await picture.clone().jpeg({ progressive: true }).toBuffer()
  for (let length = 0; length < bytes.length; length++) {
    expect(jpegStructure(bytes.subarray(0, length)).ended, `${length} bytes`).toBe(false)
  }
})
