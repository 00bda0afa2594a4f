import { describe, expect, test } from 'vitest'
import { type Candidate, containment, decodeDetections, mergeDetections, overlap } from './candidates.ts'

const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height })

function face(x: number, confidence: number): Candidate {
  const point = { x: x + 5, y: 5 }
  return { box: box(x, 0, 100, 100), confidence, points: [point, point, point, point, point, point] }
}

test('a raw row becomes a box and six points about its anchor', () => {
  const row = [2, -4, 40, 60, ...[-10, -12, 10, -12, 0, 0, 0, 14, -20, -5, 20, -5]]
  const raw = {
    scores: Float32Array.from([0.01, 0.75]),
    boxes: Float32Array.from([...Array(16).fill(0), ...row]),
  }
  const [only, ...others] = decodeDetections(raw, [8, 8, 24, 40], 0.5)
  expect(others).toHaveLength(0)
  expect(only!.box).toEqual(box(24 + 2 - 20, 40 - 4 - 30, 40, 60))
  expect(only!.confidence).toBe(0.75)
  expect(only!.points[0]).toEqual({ x: 14, y: 28 })
  expect(only!.points[5]).toEqual({ x: 44, y: 35 })
})

test('rows under the threshold and rows that are not a number are no faces', () => {
  const raw = { scores: Float32Array.from([0.45, Number.NaN, 0.55]), boxes: new Float32Array(48) }
  expect(decodeDetections(raw, new Float32Array(6), 0.5)).toHaveLength(1)
  expect(decodeDetections(raw, new Float32Array(6), 0.4)).toHaveLength(2)
})

describe('overlap and containment', () => {
  test('of equal, nested, touching and distant boxes', () => {
    expect(overlap(box(0, 0, 10, 10), box(0, 0, 10, 10))).toBe(1)
    expect(overlap(box(0, 0, 10, 10), box(0, 0, 5, 10))).toBe(0.5)
    expect(containment(box(0, 0, 10, 10), box(2, 2, 5, 5))).toBe(1)
    expect(overlap(box(0, 0, 10, 10), box(10, 0, 10, 10))).toBe(0)
    expect(containment(box(0, 0, 10, 10), box(50, 50, 10, 10))).toBe(0)
  })
})

describe('merging', () => {
  test('rows of one face give their weighted mean and the best confidence', () => {
    const [only, ...others] = mergeDetections([face(0, 0.3), face(12, 0.9)])
    expect(others).toHaveLength(0)
    expect(only!.box.x).toBeCloseTo(9, 6)
    expect(only!.points[3].x).toBeCloseTo(14, 6)
    expect(only!.confidence).toBe(0.9)
  })

  test('two faces stay two, the more confident first', () => {
    const faces = mergeDetections([face(0, 0.6), face(200, 0.9), face(203, 0.2)])
    expect(faces.map(({ confidence }) => confidence)).toEqual([0.9, 0.6])
  })
})
