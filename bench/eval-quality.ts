/**
 * What the quality score foretells: false non-match rates by score on Labeled Faces in the Wild, as it is and spoilt.
 *
 *   npm run eval:quality          writes the section `eval:quality` of MODELS.md and docs/plots/quality.svg
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { cosine, type Engine } from '../src/engine/index.ts'
import { sorted, thresholdAtFmr } from '../src/evaluation/match-rates.ts'
import { drawCharts } from '../src/evaluation/plot.ts'
import { writeSection } from './document.ts'
import { lfwFolder, readPairs } from './lfw.ts'
import { createPatientEngine } from './patient-engine.ts'

/** What a picture was found to hold; null when no face was found. */
interface Sample {
  template: Float32Array
  quality: number
}

/** LFW's faces stand in the middle of 250 x 250 pixels, eyes 49 pixels apart; files are written as JPEG 90. */
const flaws: { name: string; spoil: (picture: Sharp) => Sharp }[] = [
  ...[1.5, 3, 4.5, 6].map((sigma) => ({
    name: `blur ${sigma} px`,
    spoil: (picture: Sharp) => picture.blur(sigma).jpeg({ quality: 90 }),
  })),
  ...[20, 8, 4].map((quality) => ({
    name: `JPEG ${quality}`,
    spoil: (picture: Sharp) => picture.jpeg({ quality }),
  })),
  ...[90, 50, 36].map((side) => ({
    name: `${side} x ${side} px`,
    spoil: (picture: Sharp) => picture.resize(side, side).jpeg({ quality: 90 }),
  })),
  ...[1.7, 2.6].map((gain) => ({
    name: `glare x ${gain}`,
    spoil: (picture: Sharp) => picture.linear(gain, 20).jpeg({ quality: 90 }),
  })),
]

const engine = await createPatientEngine()
const pairs = readPairs()
const clean = new Map<string, Sample | null>()
for (const path of new Set(pairs.flatMap(({ first, second }) => [first, second]))) {
  clean.set(path, await sample(engine, readFileSync(resolve(lfwFolder, path))))
}
const impostors = pairs
  .filter(({ same }) => !same)
  .flatMap(({ first, second }) => compare(clean.get(first), clean.get(second)))
const threshold = thresholdAtFmr(sorted(impostors.map(({ score }) => score)), 1e-3)
const genuine = pairs.filter(({ same }) => same)
const natural = genuine.flatMap(({ first, second }) => compare(clean.get(first), clean.get(second)))
const spoilt: { flaw: string; score: number; quality: number }[] = []
const lost = new Map<string, number>()
for (const [index, { first, second }] of genuine.entries()) {
  const { name, spoil } = flaws[index % flaws.length]!
  const bytes = await spoil(sharp(readFileSync(resolve(lfwFolder, first)))).toBuffer()
  const found = compare(await sample(engine, bytes), clean.get(second))
  if (found.length === 0) lost.set(name, (lost.get(name) ?? 0) + 1)
  spoilt.push(...found.map((result) => ({ ...result, flaw: name })))
}
await engine.close()

writeSection('MODELS.md', 'eval:quality', section())
mkdirSync('docs/plots', { recursive: true })
writeFileSync('docs/plots/quality.svg', chart())
console.log(section())

async function sample(engine: Engine, bytes: Uint8Array): Promise<Sample | null> {
  const want = { template: true, traits: false, liveness: false }
  const { subject } = await engine.analyse(bytes, { want })
  return subject?.template ? { template: subject.template, quality: subject.quality.score } : null
}

/** A pair is as good as its worse picture. Empty when a side has no face. */
function compare(first: Sample | null | undefined, second: Sample | null | undefined) {
  if (!first || !second) return []
  return [
    { score: cosine(first.template, second.template), quality: Math.min(first.quality, second.quality) },
  ]
}

/** Share of genuine pairs below the threshold, and how many pairs there were. */
function missed(results: readonly { score: number }[]): { rate: number; count: number } {
  return {
    rate: results.filter(({ score }) => score < threshold).length / results.length,
    count: results.length,
  }
}

/** False non-match rate of what is left when the worst share of pairs is refused. */
function afterRejecting(results: readonly { score: number; quality: number }[], share: number): number {
  const ranked = results.toSorted((a, b) => a.quality - b.quality)
  return missed(ranked.slice(Math.round(share * ranked.length))).rate
}

function section(): string {
  const all = [...natural, ...spoilt]
  const bands = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90].map((from) => {
    const { rate, count } = missed(all.filter(({ quality }) => quality >= from && quality < from + 10))
    return `| ${from}..${from + 10} | ${count} | ${count > 0 ? percent(rate) : ''} |`
  })
  const [below, above] = [
    missed(all.filter(({ quality }) => quality < 30)),
    missed(all.filter(({ quality }) => quality >= 30)),
  ]
  const shares = [0, 0.02, 0.05, 0.1, 0.2, 0.3]
  const flawRows = flaws.map(({ name }) => {
    const group = spoilt.filter(({ flaw }) => flaw === name)
    const mean = group.reduce((sum, { quality }) => sum + quality, 0) / group.length
    return `| ${name} | ${mean.toFixed(0)} | ${percent(missed(group).rate)} | ${lost.get(name) ?? 0} of ${group.length + (lost.get(name) ?? 0)} |`
  })
  return `## Quality

Genuine pairs of Labeled Faces in the Wild, View 2, folds 0 to 4: ${natural.length} as they are and ${spoilt.length} whose first
picture was spoilt, judged at the cosine that lets through one impostor pair in a thousand (${threshold.toFixed(4)}). A pair
counts with the lower of its two scores. Written by \`npm run eval:quality\`.

Below a score of 30 ${percent(below.rate)} of ${below.count} pairs fail to match, from 30 on ${percent(above.rate)} of ${above.count}.

| score | pairs | false non-match rate |
|---|---|---|
${bands.join('\n')}

| share of pairs refused, worst first | as they are | as they are and spoilt |
|---|---|---|
${shares.map((share) => `| ${percent(share)} | ${percent(afterRejecting(natural, share))} | ${percent(afterRejecting(all, share))} |`).join('\n')}

| flaw | mean score | false non-match rate | no face found |
|---|---|---|---|
${flawRows.join('\n')}

![Error versus reject](docs/plots/quality.svg)`
}

function chart(): string {
  const shares = Array.from({ length: 41 }, (_, index) => index / 100)
  const all = [...natural, ...spoilt]
  const line = (results: typeof natural) =>
    shares.map((share): [number, number] => [100 * share, 100 * afterRejecting(results, share)])
  const highest = Math.ceil(100 * afterRejecting(all, 0))
  const title = 'Error versus reject: genuine pairs missed when the worst pictures are refused'
  const series = [
    { name: 'as they are', colour: '#1f77b4', points: line(natural) },
    { name: 'as they are and spoilt', colour: '#e6570e', points: line(all) },
  ]
  const ticks = Array.from({ length: highest + 1 }, (_, index) => index)
  return drawCharts([
    {
      title,
      x: { label: 'pairs refused, %', from: 0, to: 40, ticks: [0, 10, 20, 30, 40] },
      y: { label: 'false non-match rate, %', from: 0, to: highest, ticks },
      series,
    },
  ])
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 2 : 1)} %`
}
