import { describe, expect, it } from 'vitest'
import { measureDetail } from './detail.ts'

const side = 96
const inside = new Uint8Array(side * side).fill(1)

/** Numbers in -1..1 that look random and are the same in every run. */
function sequence(): () => number {
  let state = 7
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  }
}

/** Blobs of several sizes, as a face has, under a Gaussian point spread of `sigma` chip pixels. */
function texture(sigma: number, contrast = 1): Float32Array {
  const next = sequence()
  const waves = Array.from({ length: 120 }, (_, index) => {
    const frequency = 0.02 * 1.027 ** index
    const angle = Math.PI * next()
    const phase = Math.PI * next()
    const passed = Math.exp(-2 * (Math.PI * frequency * sigma) ** 2)
    return {
      x: frequency * Math.cos(angle),
      y: frequency * Math.sin(angle),
      phase,
      size: (0.3 / frequency) * passed,
    }
  })
  return Float32Array.from({ length: side * side }, (_, i) => {
    const [u, v] = [i % side, Math.floor(i / side)]
    const sum = waves.reduce((total, { x, y, phase, size }) => {
      return total + size * Math.cos(2 * Math.PI * (x * u + y * v) + phase)
    }, 0)
    return 128 + contrast * sum
  })
}

const still = [0, 0]
const nothing = { finest: 0, fine: 0, coarse: 0, coarsest: 0, directions: [still, still, still], noise: 0 }

const ratio = (luma: Float32Array) => {
  const { fine, coarse } = measureDetail(luma, inside, side)
  return fine / coarse
}

describe('measureDetail', () => {
  it('sees the fine octave fall behind the coarse one as the point spread widens', () => {
    const ratios = [0.5, 1, 1.6, 2.4, 3.5].map((sigma) => ratio(texture(sigma)))
    for (let i = 1; i < ratios.length; i++) expect(ratios[i]).toBeLessThan(ratios[i - 1]! * 0.97)
    expect(ratios.at(-1)).toBeLessThan(0.7 * ratios[0]!)
  })

  it('does not take flat light for blur', () => {
    expect(ratio(texture(1, 0.3))).toBeCloseTo(ratio(texture(1)), 2)
  })

  it('tells in which direction detail is missing, and none for an even texture', () => {
    const even = measureDetail(texture(1), inside, side).directions
    const moved = texture(1).map((_, i, luma) => {
      const from = Math.max(i - (i % side), i - 6)
      const row = luma.subarray(from, i + 1)
      return row.reduce((sum, value) => sum + value, 0) / row.length
    })
    const [rows, diagonals] = measureDetail(moved, inside, side).directions[0]!
    expect(rows).toBeLessThan(even[0]![0] - 0.5)
    expect(Math.abs(diagonals - even[0]![1])).toBeLessThan(0.15)
  })

  it('measures noise as its standard deviation', () => {
    const next = sequence()
    for (const deviation of [2, 6, 12]) {
      const normal = () => Math.sqrt(-2 * Math.log((1 + next()) / 2 + 1e-9)) * Math.cos(Math.PI * next())
      const noisy = Float32Array.from({ length: side * side }, () => 128 + deviation * normal())
      const { noise } = measureDetail(noisy, inside, side)
      expect(noise / deviation).toBeGreaterThan(0.9)
      expect(noise / deviation).toBeLessThan(1.1)
    }
  })

  it('looks only inside the face and finds nothing in an empty one', () => {
    const half = inside.map((_, i) => (i % side < side / 2 - 24 ? 1 : 0))
    const luma = texture(1).map((value, i) => (i % side < side / 2 ? 128 : value))
    expect(measureDetail(luma, half, side)).toEqual(nothing)
    expect(measureDetail(texture(1), new Uint8Array(side * side), side)).toEqual(nothing)
  })
})
