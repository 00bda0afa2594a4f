import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { livenessRates, matchesAtQuality, matchRates, qualityMatches, ratesAt } from './error-rates.ts'

/** Numbers of a table of MODELS.md, by the beginning of its head; percentages become shares. */
function tableOf(head: string): number[][] {
  const lines = readFileSync('MODELS.md', 'utf8').split('\n')
  const start = lines.findIndex((line) => line.startsWith(head))
  const rows = lines.slice(start + 2, lines.indexOf('', start))
  return rows.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => Number.parseFloat(cell) / (cell.includes('%') ? 100 : 1)),
  )
}
const round = (rows: readonly (readonly number[])[]) =>
  rows.map((row) => row.map((value) => Number(value.toPrecision(6))))

it('are those of MODELS.md, row by row', () => {
  const liveness = tableOf('| score | APCER, frames |')
  expect(round(livenessRates)).toEqual(round(liveness.map((row) => row.slice(0, 3))))
  const match = tableOf('| similarity | FMR, other folds |')
  expect(round(matchRates)).toEqual(round(match.map((row) => row.slice(0, 3))))
  const quality = tableOf('| score | pairs | false non-match rate |').filter(([, pairs]) => pairs)
  expect(round(qualityMatches)).toEqual(round(quality.map(([from, , missed]) => [from!, 1 - missed!])))
})

it('are read between two rows and nowhere else', () => {
  expect(ratesAt(livenessRates, 0.5)).toEqual({ falseAccept: 0.115, falseReject: 0.173 })
  const { falseAccept, falseReject } = ratesAt(livenessRates, 0.525)!
  expect([falseAccept, falseReject]).toEqual([expect.closeTo(0.1045), expect.closeTo(0.1835)])
  expect(ratesAt(livenessRates, 0.01)).toBeNull()
  expect(ratesAt(livenessRates, 0.99)).toBeNull()
})

it('say how often a face of some quality is recognised', () => {
  expect([0, 29.9, 30, 55, 100].map(matchesAtQuality)).toEqual([0.264, 0.715, 0.9142, 0.986, 1])
})
