import { describe, expect, it } from 'vitest'
import { pixelsOf } from '../picture/pixels.ts'
import { blankRaster } from '../picture/raster.ts'
import { cropTraits, eyeHeight, eyesLength, eyeWidth, faceLength, faceSize, normaliseMesh } from './crops.ts'

/** Eye corners and base of the nose of a face 100 pixels wide at (60, 60). */
const anchors = [
  [33, 72.06, 81.37],
  [133, 93.41, 82.91],
  [362, 124.61, 82.9],
  [263, 145.96, 81.35],
  [2, 109.01, 122.78],
] as const

function mesh(): Float32Array {
  const points = new Float32Array(468 * 3)
  for (const [index, x, y] of anchors) points.set([x, y, 0], 3 * index)
  return points
}

/** Red grows to the right, green grows downwards. */
function ramp() {
  const raster = blankRaster(220, 220)
  for (let y = 0; y < 220; y++)
    for (let x = 0; x < 220; x++) raster.data.set([x, y, 0, 255], 4 * (y * 220 + x))
  return pixelsOf(raster)
}

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('the crops of the traits net', () => {
  const face = new Float32Array(faceLength)
  const eyes = new Float32Array(eyesLength)
  cropTraits(ramp(), mesh(), { face, eyes })
  const plane = eyeWidth * eyeHeight

  it('centre the face with a quarter of air', () => {
    const size = faceSize * faceSize
    expect(face).toHaveLength(3 * size)
    // The mean shape's own box is 100 pixels wide, its middle (110, 110), where the ramp is at 109.5; the crop
    // is 150 pixels wide.
    expect(mean(face.subarray(0, size))).toBeCloseTo(109.5, 1)
    expect(mean(face.subarray(size, 2 * size))).toBeCloseTo(109.5, 1)
    expect(face[size / 2 + faceSize - 1]! - face[size / 2]!).toBeCloseTo((150 * (faceSize - 1)) / faceSize, 0)
  })

  it("show the subject's right eye first", () => {
    expect(mean(eyes.subarray(0, plane))).toBeCloseTo((72.06 + 93.41) / 2 - 0.5, 1)
    expect(mean(eyes.subarray(3 * plane, 4 * plane))).toBeCloseTo((124.61 + 145.96) / 2 - 0.5, 1)
  })

  it('mirror the left eye, so that the nose is always on the right-hand side', () => {
    expect(eyes[eyeWidth - 1]).toBeGreaterThan(eyes[0]!)
    expect(eyes[3 * plane + eyeWidth - 1]).toBeLessThan(eyes[3 * plane]!)
    // Downwards stays downwards.
    expect(eyes[4 * plane]).toBeLessThan(eyes[5 * plane - 1]!)
  })

  it('bring the mesh to the units of the mean face', () => {
    const normal = normaliseMesh(mesh())
    expect(normal[3 * 33]).toBeCloseTo(0.1206, 2)
    expect(normal[3 * 2 + 1]).toBeCloseTo(0.6278, 2)
  })
})
