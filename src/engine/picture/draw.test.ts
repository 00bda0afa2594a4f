import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { pattern } from '../../../test/support/pattern.ts'
import { drawFaces } from './draw.ts'

async function rgb(png: Buffer) {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
  return {
    info,
    at: (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)],
  }
}

describe('drawFaces', () => {
  it('draws the box at its place, in its colour, and leaves the rest alone', async () => {
    const photograph = await pattern(400, 200).png().toBuffer()
    const { info, at } = await rgb(
      await drawFaces(photograph, [{ box: { x: 100, y: 80, width: 60, height: 50 }, tone: 'bad' }]),
    )
    expect(info).toMatchObject({ width: 400, height: 200, channels: 3 })
    for (const [x, y] of [
      [100, 80],
      [159, 129],
      [130, 80],
      [100, 100],
    ] as const) {
      expect(at(x, y)).toEqual([230, 87, 14])
    }
    expect(at(130, 100)).toEqual([50, 60, 210])
    expect(at(99, 79)).toEqual([220, 40, 40])
  })

  it('scales marks with the picture, writes text, and clips what lies outside', async () => {
    const photograph = await pattern(800, 400).png().toBuffer()
    const mesh = Float32Array.of(200, 300, 0, -50, 9000, 0)
    const mark = { box: { x: 600, y: 200, width: 900, height: 500 }, mesh, lines: ['live 0.97', 'ä'] }
    const { info, at } = await rgb(await drawFaces(photograph, [mark], { longestSide: 400 }))
    expect(info.width).toBe(400)
    expect(at(300, 150)).toEqual([186, 186, 186])
    expect(at(100, 150).every((value) => value > 200)).toBe(true)
    const plate = Array.from({ length: 400 }, (_, x) => at(x, 95))
    expect(plate.some(([r, g, b]) => r === 0x20 && g === 0x20 && b === 0x20)).toBe(true)
  })

  it('turns the picture first when the report says so', async () => {
    const photograph = await pattern(40, 20).png().toBuffer()
    const { info, at } = await rgb(await drawFaces(photograph, [], { turned: 90 }))
    expect(info).toMatchObject({ width: 20, height: 40 })
    expect(at(2, 2)).toEqual([50, 60, 210])
  })
  it('refuses more pixels than it is told, and draws as many', async () => {
    const photograph = await pattern(40, 20).png().toBuffer()
    expect((await drawFaces(photograph, [], { pixelLimit: 800 })).length).toBeGreaterThan(0)
    await expect(drawFaces(photograph, [], { pixelLimit: 799 })).rejects.toMatchObject({
      code: 'picture_too_many_pixels',
    })
  })
})
