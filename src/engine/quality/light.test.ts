import { describe, expect, it } from 'vitest'
import { type Pixels, pixelsOf } from '../picture/pixels.ts'
import { blankRaster } from '../picture/raster.ts'
import { cutChip, faceScale } from './chip.ts'
import { measureLight } from './light.ts'

/** A mesh spread over an oval about (100, 100), with the points that measuring looks at in their places. */
function ovalMesh(): Float32Array {
  const mesh = new Float32Array(468 * 3)
  for (let i = 0; i < 468; i++) {
    const radius = Math.sqrt((i + 0.5) / 468)
    mesh[3 * i] = 100 + 40 * radius * Math.cos(2.4 * i)
    mesh[3 * i + 1] = 100 + 50 * radius * Math.sin(2.4 * i)
  }
  const places: Record<number, [number, number]> = {
    10: [100, 46],
    152: [100, 150],
    33: [72, 84],
    133: [88, 84],
    362: [112, 84],
    263: [128, 84],
    234: [56, 95],
    454: [144, 95],
  }
  for (const [index, [x, y]] of Object.entries(places)) {
    mesh[3 * Number(index)] = x
    mesh[3 * Number(index) + 1] = y
  }
  for (const point of [50, 101, 36, 205, 207, 187, 118, 117]) mesh.set([80, 108, 0], 3 * point)
  for (const point of [280, 330, 266, 425, 427, 411, 347, 346]) mesh.set([120, 108, 0], 3 * point)
  return mesh
}

function paint(grey: (x: number, y: number) => number, size = 200): Pixels {
  const raster = blankRaster(size, size)
  for (let i = 0; i < size * size; i++)
    raster.data.fill(grey(i % size, Math.floor(i / size)), 4 * i, 4 * i + 3)
  return pixelsOf(raster)
}

const light = (pixels: Pixels, mesh = ovalMesh()) => measureLight(pixels, mesh, cutChip(pixels, mesh))

describe('measureLight', () => {
  it('reads the luma of an evenly lit face', () => {
    for (const grey of [20, 128, 230]) {
      const { skin, low, median, high, evenness } = light(paint(() => grey))
      expect(skin).toBeCloseTo(grey / 255, 2)
      for (const level of [low, median, high]) expect(Math.abs(level - grey / 255)).toBeLessThan(0.006)
      expect(evenness).toBeCloseTo(1, 5)
    }
  })

  it('tells light from one side', () => {
    expect(light(paint((x) => (x < 100 ? 60 : 180))).evenness).toBeCloseTo(1 / 3, 1)
  })

  it('counts what is clipped to black and to white', () => {
    const { black, white } = light(paint((_, y) => (y < 100 ? 255 : 0)))
    expect(white).toBeGreaterThan(0.25)
    expect(black).toBeGreaterThan(0.25)
    expect(black + white).toBeCloseTo(1, 1)
  })

  it('is not fooled by a few dark or glaring patches among the skin', () => {
    const mesh = ovalMesh()
    mesh.set([10, 10, 0], 3 * 151)
    mesh.set([12, 10, 0], 3 * 9)
    expect(
      light(
        paint((x, y) => (x < 24 && y < 24 ? 0 : 150)),
        mesh,
      ).skin,
    ).toBeCloseTo(150 / 255, 1)
  })

  it('bears a face that lies outside the picture', () => {
    const far = ovalMesh().map((value) => value + 5000)
    expect(
      light(
        paint(() => 100),
        far,
      ),
    ).toMatchObject({ skin: 0, white: 0, black: 0 })
  })
})

describe('faceScale', () => {
  it('does not shrink when the head turns and the eyes close up', () => {
    const turned = ovalMesh()
    for (const [index, x] of [
      [33, 92],
      [133, 98],
      [362, 104],
      [263, 110],
    ] as const)
      turned[3 * index] = x
    expect(faceScale(ovalMesh())).toBeGreaterThan(38)
    expect(faceScale(turned)).toBeGreaterThan(0.9 * faceScale(ovalMesh()))
  })
})
