import { describe, expect, it } from 'vitest'
import { joinBuckets } from './buckets.ts'
import { axisEnd, linePath } from './chart-scale.ts'

describe('the overview', () => {
  const bucket = { pass: 1, fail: 2, review: 3, p50Ms: 10, p95Ms: 20 }

  it('adds up the dialects of a moment, and takes the slowest of their percentiles', () => {
    const buckets = [
      { ...bucket, at: '2026-01-01T01:00:00Z', dialect: 'didit' },
      { ...bucket, at: '2026-01-01T00:00:00Z', dialect: 'didit', p95Ms: null },
      { ...bucket, at: '2026-01-01T00:00:00Z', dialect: 'cashfree', p50Ms: 30 },
    ]
    expect(joinBuckets(buckets, null)).toEqual([
      { at: '2026-01-01T00:00:00Z', pass: 2, fail: 4, review: 6, p50Ms: 30, p95Ms: 20 },
      { ...bucket, at: '2026-01-01T01:00:00Z' },
    ])
    expect(joinBuckets(buckets, 'cashfree')).toHaveLength(1)
  })

  it('has axes that end at a round number', () => {
    expect([0, 0.45, 1, 7, 12, 201, 999].map(axisEnd)).toEqual([1, 0.5, 1, 8, 15, 300, 1000])
  })

  it('draws a line that is broken where a value is missing', () => {
    expect(linePath([0, 10, null, 5], 10, 40, 100)).toBe('M5 100L15 0M35 50h0')
  })
})
