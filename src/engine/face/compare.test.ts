import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anchors, cosine, similarity } from './compare.ts'

function unit(values: number[]): Float32Array {
  const norm = Math.hypot(...values)
  return Float32Array.from({ length: 128 }, (_, index) => (values[index] ?? 0) / norm)
}

test('a template is wholly like itself and its opposite wholly unlike', () => {
  const template = unit([3, -4, 1])
  expect(cosine(template, template)).toBeCloseTo(1, 6)
  expect(
    cosine(
      template,
      template.map((value) => -value),
    ),
  ).toBeCloseTo(-1, 6)
  expect(cosine(unit([1]), unit([0, 1]))).toBe(0)
})

test('what is no template is refused', () => {
  expect(() => cosine(new Float32Array(127), new Float32Array(128))).toThrow(RangeError)
})

test('the similarity stands on its two anchors, stays within 0..1 and rises with the cosine', () => {
  expect(similarity(anchors.half)).toBeCloseTo(0.5, 6)
  expect(similarity(anchors.threeQuarters)).toBeCloseTo(0.75, 6)
  const value = fc.double({ min: -1, max: 1, noNaN: true })
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [low, high] = a < b ? [a, b] : [b, a]
      expect(similarity(low)).toBeLessThanOrEqual(similarity(high))
      expect(similarity(low)).toBeGreaterThanOrEqual(0)
      expect(similarity(high)).toBeLessThanOrEqual(1)
    }),
  )
})
