import { describe, expect, it } from 'vitest'
import { placeOf } from '../../shared/score-place.ts'
import { flatten } from './flatten.ts'
import { meshPath } from './mesh-path.ts'
import { casesPath } from './queue-filters.ts'
import { visibleRows } from './visible-rows.ts'

describe('the list of cases', () => {
  it('has in the page only the rows near the window', () => {
    expect(visibleRows(100, 1000, 50, 10_000)).toEqual({ first: 0, end: 28 })
    expect(visibleRows(-50_000, 1000, 50, 10_000)).toEqual({ first: 990, end: 1030 })
    expect(visibleRows(-500_000, 1000, 50, 10_000)).toEqual({ first: 9990, end: 10_000 })
    expect(visibleRows(100, 1000, 50, 3)).toEqual({ first: 0, end: 3 })
  })

  it('asks for the open ones, and for all where an id is looked for', () => {
    const path = (query: Record<string, string>) => casesPath(new URLSearchParams(query))
    expect(path({})).toBe('/cases?queue=open')
    expect(path({ q: ' ver_1 ' })).toBe('/cases?queue=all&q=ver_1')
    expect(path({ q: 'a&b', queue: 'decided', verdict: 'fail' })).toBe(
      '/cases?queue=decided&verdict=fail&q=a%26b',
    )
  })

  it("asks for whole days of the viewer's calendar", () => {
    const asked = casesPath(new URLSearchParams({ from: '2026-03-01', to: '2026-03-01' }))
    const { searchParams } = new URL(asked, 'http://localhost')
    expect(searchParams.get('from')).toBe(new Date(2026, 2, 1).toISOString())
    expect(searchParams.get('to')).toBe(new Date(2026, 2, 2).toISOString())
    expect(casesPath(new URLSearchParams({ from: 'yesterday' }))).toBe('/cases?queue=open')
  })
})

describe('a case', () => {
  it('has its score within the band, or on one side of the threshold', () => {
    expect(placeOf(0.5, 0.5, null)).toBe('above')
    expect(placeOf(0.49, 0.5, null)).toBe('below')
    expect(placeOf(0.45, 0.5, [0.4, 0.6])).toBe('within')
    expect(placeOf(0.6, 0.5, [0.4, 0.6])).toBe('above')
    expect(placeOf(0.39, 0.5, [0.4, 0.6])).toBe('below')
  })

  it('has its mesh as dots of one path', () => {
    expect(
      meshPath([
        [1.23, 4.56],
        [7, 8],
      ]),
    ).toBe('M1.2 4.6h0M7 8h0')
  })

  it('has its measurements as rows', () => {
    expect(flatten({ pose: { yaw: 1.23456 }, judged: true, faces: [1, 2], mask: null })).toEqual([
      ['pose.yaw', '1.2346'],
      ['judged', 'true'],
      ['faces.0', '1'],
      ['faces.1', '2'],
      ['mask', '–'],
    ])
    expect(flatten({ points: new Array(936).fill(0) })).toEqual([['points', '[936]']])
  })
})
