import { describe, expect, it } from 'vitest'
import { stubReport } from '../../test/support/stub-engine.ts'
import { isSameStill, shapeDistance } from './reuse.ts'

/** A lumpy face of 468 points. */
const face = Float32Array.from({ length: 468 * 3 }, (_, index) => 200 + 80 * Math.sin(index * 1.7))

/** The same points moved, turned by `angle` and resized. */
function moved(angle: number, scale: number, shift: number): Float32Array {
  const out = face.slice()
  for (let at = 0; at < out.length; at += 3) {
    const [x, y] = [face[at]!, face[at + 1]!]
    out[at] = scale * (Math.cos(angle) * x - Math.sin(angle) * y) + shift
    out[at + 1] = scale * (Math.sin(angle) * x + Math.cos(angle) * y) - shift
  }
  return out
}

/** A tenth of the points, as of a mouth, pushed by `pixels`. */
const grimace = (pixels: number) => face.map((value, at) => (at < 140 ? value + pixels : value))

describe('the distance of two face shapes', () => {
  it('does not see place, size and turn', () => {
    expect(shapeDistance(face, face)).toBeCloseTo(0)
    expect(shapeDistance(face, moved(0.4, 1.7, 33))).toBeCloseTo(0, 5)
  })

  it('sees an expression, the more the stronger', () => {
    const distances = [1, 5, 20].map((pixels) => shapeDistance(face, grimace(pixels)))
    expect(distances[0]).toBeGreaterThan(0.001)
    expect(distances).toEqual(distances.toSorted((a, b) => a - b))
  })

  it('is endless for a face without extent', () => {
    expect(shapeDistance(face, new Float32Array(468 * 3))).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('the same still', () => {
  const unit = (angle: number) => {
    const template = new Float32Array(128)
    template[0] = Math.cos(angle)
    template[1] = Math.sin(angle)
    return template
  }
  const report = (sha256: string, angle: number, mesh: Float32Array) => {
    const made = stubReport({ subject: { template: unit(angle), mesh } })
    return { ...made, picture: { ...made.picture, sha256 } }
  }
  const first = report('a', 0, face)

  it('is the same bytes, or a face that has not changed at all', () => {
    expect(isSameStill(first, report('a', 1, grimace(30)))).toBe(true)
    expect(isSameStill(first, report('b', 0.02, moved(0.1, 0.6, 5)))).toBe(true)
  })

  it('is no other moment of the same face', () => {
    expect(isSameStill(first, report('b', 0.02, grimace(20)))).toBe(false)
    expect(isSameStill(first, report('b', 0.2, face))).toBe(false)
  })

  it('is not found where there is no face', () => {
    const faceless = stubReport({ faces: 0 })
    expect(isSameStill(first, faceless)).toBe(false)
  })
})
