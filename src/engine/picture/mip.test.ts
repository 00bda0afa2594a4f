import { expect, it } from 'vitest'
import { type Pixels, pixelsOf } from './pixels.ts'
import { blankRaster, type Raster } from './raster.ts'
import { squareTransform } from './transform.ts'
import { warpToTensor } from './warp.ts'

function noise(width: number, height: number, seed: number): Pixels {
  const raster = blankRaster(width, height)
  let state = seed
  for (let i = 0; i < raster.words.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    raster.words[i] = state
  }
  return pixelsOf(raster)
}

const { workspace } = pixelsOf(blankRaster(1, 1))
const mipLevel = (picture: Raster, level: number) => workspace.sampler.mip.level(picture, level)
const copyOf = (picture: Pixels, level: number) => mipLevel(picture, level).data.slice()

it('a level is the level above, halved; there are as many as halves', () => {
  const picture = noise(70, 37, 1)
  let above = pixelsOf(blankRaster(1, 1))
  for (const [level, width, height] of [
    [1, 35, 18],
    [2, 17, 9],
    [3, 8, 4],
    [4, 4, 2],
    [5, 2, 1],
    [9, 2, 1],
  ] as const) {
    const raster = mipLevel(picture, level)
    expect([raster.width, raster.height, raster.data.length]).toEqual([width, height, 4 * width * height])
    const data = raster.data.slice()
    if (level > 1 && level < 9) {
      const halved = mipLevel({ ...above, words: above.words.slice() }, 1)
      expect(halved.data).toEqual(data)
    }
    above = pixelsOf({ width, height, data, words: new Int32Array(data.buffer) })
  }
  for (const size of [1, 2] as const)
    expect(mipLevel(noise(1, size, 3), 4)).toMatchObject({ width: 1, height: size })
})

it('levels are made once, until those of another picture are', () => {
  const picture = noise(64, 48, 2)
  const before = copyOf(picture, 2)
  picture.words.fill(7)
  expect(copyOf(picture, 2)).toEqual(before)
  mipLevel(noise(300, 200, 3), 1)
  expect(new Set(mipLevel(picture, 2).words)).toEqual(new Set([7 | 0xff000000 | 0]))
})

it('two pictures in turns, the memory growing meanwhile, give what each gives alone', () => {
  const pictures = [noise(500, 400, 4), noise(90, 120, 5), noise(1500, 1100, 6)]
  const warp = ({ width, height, ...rest }: Pixels, side: number) => {
    const out = new Float32Array(3 * 64 * 64)
    const at = { x: width / 2, y: height / 2 }
    warpToTensor({ ...rest, width, height, workspace }, squareTransform(at, side, 64, 0.3), 64, out, {
      border: 11,
    })
    return out
  }
  const sides = [80, 200, 420, 900]
  const alone = pictures.map((picture) => sides.map((side) => warp(picture, side)))
  for (const [index, side] of sides.entries()) {
    for (const [which, picture] of pictures.entries())
      expect(warp(picture, side)).toEqual(alone[which]![index])
  }
})
