import { describe, expect, test } from 'vitest'
import { type Pixels, pixelsOf } from '../picture/pixels.ts'
import { blankRaster } from '../picture/raster.ts'
import { inputSize } from './anchors.ts'
import { type DetectorNet, detectFaces, prominence } from './detect.ts'

interface Square {
  x: number
  y: number
  side: number
}

/** A dark picture with bright squares for faces. */
function picture(width: number, height: number, squares: readonly Square[]): Pixels {
  const raster = blankRaster(width, height)
  for (const { x, y, side } of squares) {
    for (let row = y; row < y + side; row++)
      raster.words.fill(0xffffffff, row * width + x, row * width + x + side)
  }
  return pixelsOf(raster)
}

/** Sees a bright square of 20 to 150 pixels that the look does not cut, as the real net sees faces. */
function fakeNet(): { net: DetectorNet; looks: () => number } {
  let count = 0
  const net: DetectorNet = async (input) => {
    count++
    const scores = new Float32Array(896)
    const boxes = new Float32Array(896 * 16)
    const bright = (x: number, y: number) => input[y * inputSize + x]! > 128
    for (let y = 1, row = 0; y < inputSize; y++) {
      for (let x = 1; x < inputSize; x++) {
        if (!bright(x, y) || bright(x - 1, y) || bright(x, y - 1)) continue
        let [right, bottom] = [x, y]
        while (right < inputSize && bright(right, y)) right++
        while (bottom < inputSize && bright(x, bottom)) bottom++
        const side = right - x
        if (right >= inputSize || bottom >= inputSize || side < 20 || side > 150) continue
        scores[row] = 0.9
        // Every anchor this fake uses is one of the first cell's pair, at (8, 8), or a neighbour's in that row.
        const anchor = 8 + 16 * ((row >> 1) % 16)
        boxes.set([x + side / 2 - anchor, y + side / 2 - 8, side, side], row * 16)
        row++
      }
    }
    return { scores, boxes }
  }
  return { net, looks: () => count }
}

function expectNear(box: { x: number; y: number; width: number }, { x, y, side }: Square): void {
  const slack = 0.1 * side + 3
  expect(Math.abs(box.x - x)).toBeLessThan(slack)
  expect(Math.abs(box.y - y)).toBeLessThan(slack)
  expect(Math.abs(box.width - side)).toBeLessThan(slack)
}

describe('looks', () => {
  test('one is enough for a face of a selfie’s size', async () => {
    const face = { x: 300, y: 200, side: 300 }
    const { net, looks } = fakeNet()
    const found = await detectFaces(picture(900, 700, [face]), net)
    expect(found).toHaveLength(1)
    expectNear(found[0]!.box, face)
    expect(looks()).toBe(1)
  })

  test('a wider one finds a face that fills the frame', async () => {
    const face = { x: 30, y: 20, side: 560 }
    const { net, looks } = fakeNet()
    const found = await detectFaces(picture(620, 600, [face]), net)
    expect(found).toHaveLength(1)
    expectNear(found[0]!.box, face)
    expect(looks()).toBe(2)
  })

  test('tiles find the small faces of a group, each once', async () => {
    const faces = [
      { x: 100, y: 300, side: 70 },
      { x: 500, y: 320, side: 60 },
      { x: 850, y: 310, side: 110 },
    ]
    const { net, looks } = fakeNet()
    const found = await detectFaces(picture(1000, 700, faces), net)
    expect(found).toHaveLength(3)
    for (const face of faces) {
      const nearest = found.find(({ box }) => Math.abs(box.x - face.x) < 20)
      expectNear(nearest!.box, face)
    }
    expect(looks()).toBeGreaterThan(2)
  })

  test('no look finds a face where there is none', async () => {
    expect(await detectFaces(picture(640, 480, []), fakeNet().net)).toEqual([])
  })
})

describe('prominence', () => {
  const frame = { width: 250, height: 250 }

  test('the larger of two faces in like places comes first', () => {
    const [small, large] = [
      prominence({ x: 60, y: 80, width: 50, height: 50 }, frame),
      prominence({ x: 130, y: 70, width: 70, height: 70 }, frame),
    ]
    expect(large).toBeGreaterThan(small)
  })

  test('a bystander cut by the frame does not outrank the person in the middle', () => {
    const middle = prominence({ x: 70, y: 75, width: 105, height: 105 }, frame)
    expect(prominence({ x: -31, y: -12, width: 131, height: 131 }, frame)).toBeLessThan(middle)
  })
})
