import { describe, expect, test } from 'vitest'
import { replaceSection } from '../../bench/document.ts'
import {
  accuracyByFold,
  bestThreshold,
  shareAtOrAbove,
  sorted,
  tarAtFmr,
  thresholdAtFmr,
} from '../../src/evaluation/match-rates.ts'
import { drawCharts } from '../../src/evaluation/plot.ts'

const impostors = sorted(Array.from({ length: 1000 }, (_, index) => index / 1000))

test('a share counts scores at or above the threshold', () => {
  expect(shareAtOrAbove(sorted([0.3, 0.1, 0.2]), 0.2)).toBeCloseTo(2 / 3)
  expect(shareAtOrAbove(sorted([0.3, 0.1, 0.2]), 0.31)).toBe(0)
})

describe('rates are counted', () => {
  test('at FMR 1e-2 ten of a thousand impostors pass and the eleventh does not', () => {
    const threshold = thresholdAtFmr(impostors, 1e-2)
    expect(shareAtOrAbove(impostors, threshold)).toBe(0.01)
    expect(threshold).toBeCloseTo(0.989, 6)
  })

  test('a rate finer than one pair lets nobody pass', () => {
    expect(shareAtOrAbove(impostors, thresholdAtFmr(impostors, 1e-4))).toBe(0)
  })

  test('impostors that tie with the first one refused are refused as well', () => {
    expect(
      shareAtOrAbove(sorted([0.1, 0.5, 0.5, 0.5]), thresholdAtFmr(sorted([0.1, 0.5, 0.5, 0.5]), 0.25)),
    ).toBe(0)
  })

  test('the true accept rate counts the genuine pairs that pass', () => {
    expect(tarAtFmr(sorted([0.5, 0.9895, 0.995, 0.999]), impostors, 1e-2)).toBe(0.75)
  })
})

test('the best threshold parts what can be parted', () => {
  const pair = (score: number, same: boolean) => ({ score, same, fold: 0 })
  const threshold = bestThreshold([pair(0.1, false), pair(0.4, false), pair(0.6, true), pair(0.9, true)])
  expect(threshold).toBeGreaterThan(0.4)
  expect(threshold).toBeLessThan(0.6)
})

test('a fold is judged with the threshold of the other folds', () => {
  const pairs = [0, 1].flatMap((fold) => [
    { score: 0.2 + fold, same: false, fold },
    { score: 0.8 + fold, same: true, fold },
  ])
  // Fold 1 lies one higher: the threshold of either fold fails half of the other.
  expect(accuracyByFold(pairs).map(({ accuracy }) => accuracy)).toEqual([0.5, 0.5])
})

describe('a section of a document', () => {
  test('is replaced where it stands and leaves the rest alone', () => {
    const text = 'head\n<!-- a -->\nold\n<!-- /a -->\ntail\n'
    expect(replaceSection(text, 'a', 'new')).toBe('head\n<!-- a -->\nnew\n<!-- /a -->\ntail\n')
  })

  test('is appended when there is none', () => {
    expect(replaceSection('head\n', 'a', 'new')).toBe('head\n\n<!-- a -->\nnew\n<!-- /a -->\n')
  })
})

test('a chart keeps every point inside its frame and escapes its words', () => {
  const axis = { label: 'x < y', from: 1e-3, to: 1, ticks: [1e-3, 1], log: true }
  const series = [
    { name: 'a & b', colour: '#000', points: [[0, 5] as const, [1, 0.5] as const], filled: true },
  ]
  const svg = drawCharts([{ title: 't', x: axis, y: axis, series }])
  expect(svg).toContain('x &lt; y')
  expect(svg).toContain('a &amp; b')
  for (const [, x] of svg.matchAll(/[ML](-?[\d.]+) /g)) expect(Number(x)).toBeGreaterThanOrEqual(0)
  expect(svg).not.toContain('NaN')
})
