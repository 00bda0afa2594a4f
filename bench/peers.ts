/**
 * The whole pipeline (detection, mesh, liveness, traits, template) on one thread, beside @vladmandic/human and
 * @vladmandic/face-api on their wasm backend with every net of theirs that answers one of these questions, and beside
 * the floor: the bare runtime on the same nets, as often.
 *
 *   npm run bench:peers              writes bench/results/peers.json, docs/plots/peers.svg and a table in docs/speed.md
 *   ROUNDS=20 npm run bench:peers    more rounds than the default 10
 *
 * Everybody gets the same decoded pictures, in a process of its own, whose largest resident size is the memory. That
 * holds Node, the loader of TypeScript and the decoded pictures as well, for all alike (the bare runtime has none to
 * compare: it shares its process with the pipeline that told it what to run). Ratios are of processor time: on a quiet
 * machine that is the time on the clock, on a busy one it leaves out the waiting.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { drawPanels } from './bars.ts'
import { circumstances, contest, round } from './contest.ts'
import { writeSection } from './document.ts'
import { headPictures } from './heads.ts'

const rounds = Number(process.env.ROUNDS ?? 10)
const before = circumstances()
const { length: pictures } = await headPictures()
const scores = await contest(['liveface', 'bare', 'human', 'face-api'], 'all', rounds)
const { liveface, bare, human, 'face-api': faceApi } = scores
const perSecond = (milliseconds: number) => round(1000 / milliseconds, 1)
const beside = (peer: typeof human) => ({
  timesItsPicturesPerSecond: round(peer.processorMs / liveface.processorMs, 2),
  shareOfItsPeakMemory: round(liveface.peakMemoryMiB / peer.peakMemoryMiB, 2),
})
const result = {
  ...before,
  pictures,
  rounds,
  scores,
  picturesPerSecond: {
    liveface: perSecond(liveface.processorMs),
    bareRuntime: perSecond(bare.processorMs),
    human: perSecond(human.processorMs),
    faceApi: perSecond(faceApi.processorMs),
  },
  besideHuman: beside(human),
  besideFaceApi: beside(faceApi),
  overTheFloor: round(liveface.processorMs / bare.processorMs - 1),
}
console.log(JSON.stringify(result, null, 2))
mkdirSync('bench/results', { recursive: true })
writeFileSync('bench/results/peers.json', `${JSON.stringify(result, null, 2)}\n`)

const [own, floor, other] = ['#1769aa', '#9bbdd6', '#b0a090']
const speeds = [
  { name: 'the same nets alone (floor)', value: perSecond(bare.processorMs), colour: floor! },
  { name: 'Liveface', value: perSecond(liveface.processorMs), colour: own! },
  { name: '@vladmandic/human', value: perSecond(human.processorMs), colour: other! },
  { name: '@vladmandic/face-api', value: perSecond(faceApi.processorMs), colour: other! },
]
const memories = [
  { name: 'Liveface', value: liveface.peakMemoryMiB, colour: own! },
  { name: '@vladmandic/human', value: human.peakMemoryMiB, colour: other! },
  { name: '@vladmandic/face-api', value: faceApi.peakMemoryMiB, colour: other! },
]
mkdirSync('docs/plots', { recursive: true })
writeFileSync(
  'docs/plots/peers.svg',
  drawPanels([
    { title: 'Pictures per second of one thread', bars: speeds, format: (value) => value.toFixed(1) },
    { title: 'Largest resident memory', bars: memories, format: (value) => `${value} MiB` },
  ]),
)

const row = (name: string, score: typeof human, speed = true) => {
  const cells = [
    name,
    score.processorMs.toFixed(1),
    perSecond(score.processorMs).toFixed(1),
    (score.processorMs / liveface.processorMs).toFixed(2),
    speed ? `${score.peakMemoryMiB}` : '',
  ]
  return `| ${cells.join(' | ')} |`
}
const nets = Object.entries(bare.nets ?? {}).map(([name, median]) => `${name} ${median.toFixed(1)}`)
writeSection(
  'docs/speed.md',
  'bench:peers',
  `${result.machine}, ${result.date.slice(0, 10)}, commit ${result.commit}; ${pictures} heads of 800 x 800 pixels,
${rounds} rounds.

| one thread | processor ms per picture | pictures per second | times Liveface's cost | largest memory, MiB |
|---|---|---|---|---|
${row('the same nets on the bare runtime (floor)', bare, false)}
${row('**Liveface**', liveface)}
${row('@vladmandic/human', human)}
${row('@vladmandic/face-api', faceApi)}

${(100 * result.overTheFloor).toFixed(0)} % over the floor. Median of one run of each net, ms: ${nets.join(', ')}.

![Pictures per second and memory](plots/peers.svg)`,
)
