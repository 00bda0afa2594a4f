/**
 * How often bona fide photographs are called a fake, by apparent skin tone, gender and age of the person; writes the table
 * to MODELS.md. The faces taught no weight of the liveness nets.
 *
 *   npm run eval:pad-groups -- 800      needs ../shared (LIVEFACE_SHARED); pictures, all unless told
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { openSessions } from '../src/engine/models/index.ts'
import { createPipeline } from '../src/engine/pipeline.ts'
import { pipelineNets } from '../src/engine/pipeline-nets.ts'
import { rateOf } from '../src/evaluation/pad-rates.ts'
import { writeSection } from './document.ts'

const folder = resolve(process.env.LIVEFACE_SHARED ?? '../shared', 'data/traits/age-gender')
const count = Number(process.argv[2] ?? Number.POSITIVE_INFINITY)
const threshold = 0.5

interface Face {
  gender: string
  age: number
  tone: string
  refused: boolean
}

const [, ...lines] = readFileSync(join(folder, 'labels.csv'), 'utf8').trim().split(/\r?\n/)
const step = Math.max(1, lines.length / count)
const chosen = lines.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
const pipeline = createPipeline(await openSessions(pipelineNets))
const faces: Face[] = []
let unjudged = 0
let colourless = 0
for (const line of chosen) {
  const [path = '', gender = '', age = ''] = line.split(',')
  const bytes = readFileSync(join(folder, path))
  const { subject } = await pipeline.analyse(bytes, {
    want: { template: false, traits: false, liveness: true },
  })
  if (!subject?.liveness?.judged) {
    unjudged++
    continue
  }
  // A black and white photograph is refused for what it is, not for whom it shows.
  if (subject.liveness.cues.some(({ name }) => name === 'photograph')) {
    colourless++
    continue
  }
  const refused = subject.liveness.score < threshold
  faces.push({ gender, age: Number(age), tone: toneOf(await cheeks(bytes, subject.mesh)), refused })
}
await writeTable()
process.exit(0)

/** Mean colour about both cheeks (points 50 and 280 of the mesh), R, G, B in 0..255. */
async function cheeks(bytes: Buffer, mesh: Float32Array): Promise<[number, number, number]> {
  const { data, info } = await sharp(bytes)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const reach = Math.max(
    1,
    Math.round(0.05 * Math.hypot(mesh[750]! - mesh[150]!, mesh[751]! - mesh[151]!) * 2),
  )
  const sum: [number, number, number] = [0, 0, 0]
  let pixels = 0
  for (const point of [50, 280]) {
    const [x, y] = [Math.round(mesh[3 * point]!), Math.round(mesh[3 * point + 1]!)]
    for (let row = Math.max(0, y - reach); row <= Math.min(info.height - 1, y + reach); row++) {
      for (let column = Math.max(0, x - reach); column <= Math.min(info.width - 1, x + reach); column++) {
        for (const channel of [0, 1, 2] as const)
          sum[channel] += data[3 * (row * info.width + column) + channel]!
        pixels++
      }
    }
  }
  return sum.map((value) => value / Math.max(1, pixels)) as [number, number, number]
}

/** By the individual typology angle of CIE L*a*b*: how light the skin looks in this picture, whatever the light was. */
function toneOf(rgb: [number, number, number]): string {
  const linear = rgb.map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  const [r, g, b] = linear
  const root = (value: number) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116)
  const y = root(0.2126 * r + 0.7152 * g + 0.0722 * b)
  const z = root((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.0888)
  const angle = (Math.atan2(116 * y - 16 - 50, 200 * (y - z)) * 180) / Math.PI
  return angle > 41 ? 'light' : angle > 10 ? 'middle' : 'dark'
}

async function writeTable(): Promise<void> {
  const bands = [
    [0, 12],
    [13, 17],
    [18, 29],
    [30, 44],
    [45, 59],
    [60, 120],
  ] as const
  const groups: [string, (face: Face) => boolean][] = [
    ...['light', 'middle', 'dark'].map((tone): [string, (face: Face) => boolean] => [
      `skin looks ${tone}`,
      (face) => face.tone === tone,
    ]),
    ...['male', 'female'].map((gender): [string, (face: Face) => boolean] => [
      gender,
      (face) => face.gender === gender,
    ]),
    ...bands.map(([from, to]): [string, (face: Face) => boolean] => [
      `${from} to ${to} years`,
      ({ age }) => age >= from && age <= to,
    ]),
  ]
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`
  const rate = (members: Face[]) => rateOf(members.filter(({ refused }) => refused).length, members.length)
  const row = (name: string, members: Face[]) => {
    const { share, low, high } = rate(members)
    return `| ${name} | ${members.length} | ${percent(share)} | ${percent(low)} to ${percent(high)} |`
  }
  // Groups that overlap, as sex and age do, are not compared.
  const apart = groups.flatMap(([name, fits]) =>
    groups
      .filter(([other, otherFits]) => other !== name && !faces.some((face) => fits(face) && otherFits(face)))
      .map(([other, otherFits]) => ({
        name,
        other,
        a: rate(faces.filter(fits)),
        b: rate(faces.filter(otherFits)),
      }))
      .filter(({ a, b }) => a.low > b.high)
      .map(
        ({ name, other, a, b }) => `- ${name}: ${(a.share / b.share).toFixed(1)} times as often as ${other}.`,
      ),
  )
  const body = `## Whom the liveness check refuses

${faces.length} aligned faces of UTKFace (tight crops of web photographs, labelled with gender and age; ${unjudged} more could not be
judged, and ${colourless}, most of them black and white, no camera took),
refused at ${threshold}; 95 % intervals (Wilson). No liveness net learned from them. How light a skin looks is the individual typology
angle of the cheeks in the picture (light above 41, dark up to 10 degrees), so that it holds the light of the room, too. Written by
\`npm run eval:pad-groups\`. Of whole frames no labelled set was at hand.

| group | faces | refused | 95 % interval |
|---|---|---|---|
${[row('all', faces), ...groups.map(([name, fits]) => row(name, faces.filter(fits)))].join('\n')}

Refused more often, with intervals that do not overlap:

${apart.length > 0 ? apart.join('\n') : '- no group.'}`
  console.log(body)
  writeSection('MODELS.md', 'eval:pad-groups', body)
}
