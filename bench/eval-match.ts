/**
 * Face matching on Labeled Faces in the Wild, View 2, folds 0 to 4: accuracy by fold, true accept rates, and the
 * error rates at each similarity.
 *
 *   npm run eval:match          writes the section `eval:match` of MODELS.md and docs/plots/match.svg
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cosine, similarity } from '../src/engine/index.ts'
import { accuracyByFold, type Pair, shareAtOrAbove, sorted, tarAtFmr } from '../src/evaluation/match-rates.ts'
import { type Chart, drawCharts } from '../src/evaluation/plot.ts'
import { writeSection } from './document.ts'
import { lfwFolder, personOf, picturesOf, readPairs } from './lfw.ts'
import { createPatientEngine } from './patient-engine.ts'
import { makeTemplates } from './templates.ts'

/** Folds that the similarity was calibrated on (training/match/calibrate.ts); the table tells of the others. */
const calibrationFolds = [0, 1, 2]
const levels = Array.from({ length: 19 }, (_, index) => (index + 1) / 20)

const engine = await createPatientEngine()
const pairs = readPairs()
const folds = picturesOf(pairs)
const templates = await makeTemplates(engine, lfwFolder, [...folds.keys()])
await engine.close()

const without = [...templates].filter(([, template]) => !template).map(([path]) => path)
const scored: Pair[] = pairs.map(({ first, second, same, fold }) => {
  const [a, b] = [templates.get(first), templates.get(second)]
  return { score: a && b ? cosine(a, b) : -1, same, fold }
})
const byFold = accuracyByFold(scored)
const accuracy = mean(byFold.map((fold) => fold.accuracy))
const genuine = sorted(scored.filter(({ same }) => same).map(({ score }) => score))
const impostors = sorted(scored.filter(({ same }) => !same).map(({ score }) => score))
const reported = allPairs(
  [...folds].filter(([, fold]) => !calibrationFolds.includes(fold)).map(([path]) => path),
)
const calibrated = allPairs(
  [...folds].filter(([, fold]) => calibrationFolds.includes(fold)).map(([path]) => path),
)

writeSection('MODELS.md', 'eval:match', section())
mkdirSync('docs/plots', { recursive: true })
writeFileSync('docs/plots/match.svg', drawCharts(charts()))
console.log(section())

/** Similarities of every two pictures, across persons and within them. */
function allPairs(paths: readonly string[]): { genuine: Float64Array; impostors: Float64Array } {
  const known = paths.flatMap((path) => {
    const template = templates.get(path)
    return template ? [{ person: personOf(path), template }] : []
  })
  const same: number[] = []
  const different: number[] = []
  for (const [index, first] of known.entries()) {
    for (const second of known.slice(index + 1)) {
      const score = similarity(cosine(first.template, second.template))
      ;(first.person === second.person ? same : different).push(score)
    }
  }
  return { genuine: sorted(same), impostors: sorted(different) }
}

function section(): string {
  const rates = ({ genuine, impostors }: typeof reported, level: number) =>
    `${rate(shareAtOrAbove(impostors, level))} | ${rate(1 - shareAtOrAbove(genuine, level))}`
  return `## Face matching

Labeled Faces in the Wild, View 2, folds 0 to 4: ${scored.length} pairs of ${folds.size} pictures. Written by
\`npm run eval:match\`.

| fold | threshold (cosine, from the other folds) | accuracy |
|---|---|---|
${byFold.map(({ fold, threshold, accuracy }) => `| ${fold} | ${threshold.toFixed(4)} | ${percent(accuracy)} |`).join('\n')}
| **mean** | | **${percent(accuracy)}** |

| | true accept rate |
|---|---|
| at FMR 1e-2 | ${percent(tarAtFmr(genuine, impostors, 1e-2))} |
| at FMR 1e-3 | ${percent(tarAtFmr(genuine, impostors, 1e-3))} |

Counted, not interpolated: of the ${impostors.length} pairs of different people at most
${Math.floor(1e-2 * impostors.length)} (FMR 1e-2) or ${Math.floor(1e-3 * impostors.length)} (FMR 1e-3) may score above the threshold.
Pictures in which no face was found: ${without.length}${without.length > 0 ? ` (${without.join(', ')})` : ''}.

![Distribution of the similarity and both error rates](docs/plots/match.svg)

FMR and FNMR at each similarity, over every two pictures rather than the listed pairs. The similarity was calibrated
on folds ${calibrationFolds.join(', ')} (${count(calibrated.impostors.length)} pairs of different people), so the columns of the
other folds (${count(reported.impostors.length)} pairs of different people, ${count(reported.genuine.length)} of the same) are the ones to trust.

| similarity | FMR, other folds | FNMR, other folds | FMR, calibration folds | FNMR, calibration folds |
|---|---|---|---|---|
${levels.map((level) => `| ${level.toFixed(2)} | ${rates(reported, level)} | ${rates(calibrated, level)} |`).join('\n')}

What these numbers are not: LFW shows people in the public eye in the press of 2002 to 2004, most of them men, light
of skin and between 25 and 65. Two strangers of the same sex, age and origin are taken for one another more often
than two drawn at random. Measure with pictures of your own before you choose a threshold.
`
}

function charts(): Chart[] {
  const bins = 50
  const histogram = (scores: ArrayLike<number>) =>
    Array.from({ length: bins }, (_, bin) => {
      const share =
        shareAtOrAbove(scores, bin / bins) - (bin === bins - 1 ? 0 : shareAtOrAbove(scores, (bin + 1) / bins))
      return [(bin + 0.5) / bins, Math.max(share, 1e-6)] as const
    })
  const curve = (value: (level: number) => number) =>
    Array.from({ length: 201 }, (_, step) => [step / 200, Math.max(value(step / 200), 1e-6)] as const)
  const tenths = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
  const x = { label: 'similarity', from: 0, to: 1, ticks: tenths }
  const logarithmic = {
    from: 1e-6,
    to: 1,
    ticks: [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1],
    log: true,
    format: (value: number) => (value < 0.01 ? value.toExponential(0) : String(value)),
  }
  const marks = [{ x: 0.75, label: 'default threshold' }]
  return [
    {
      title: 'Similarity of two pictures, LFW folds 3 and 4',
      x,
      y: { label: 'share of the pairs', ...logarithmic },
      series: [
        { name: 'different people', colour: '#c2410c', points: histogram(reported.impostors), filled: true },
        { name: 'the same person', colour: '#1d4ed8', points: histogram(reported.genuine), filled: true },
      ],
      marks,
    },
    {
      title: 'Error rates by threshold, LFW folds 3 and 4',
      x: { ...x, label: 'threshold' },
      y: { label: 'rate', ...logarithmic },
      series: [
        {
          name: 'FMR: strangers accepted',
          colour: '#c2410c',
          points: curve((t) => shareAtOrAbove(reported.impostors, t)),
        },
        {
          name: 'FNMR: own face refused',
          colour: '#1d4ed8',
          points: curve((t) => 1 - shareAtOrAbove(reported.genuine, t)),
        },
      ],
      marks,
    },
  ]
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`
}

/** Rates below a hundredth in powers of ten, where FMR lives. */
function rate(share: number): string {
  if (share === 0) return '0'
  return share < 0.01 ? share.toExponential(1) : share.toFixed(3)
}

function count(value: number): string {
  return value.toLocaleString('en-GB')
}
