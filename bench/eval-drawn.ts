/**
 * How often faces that no camera took (drawings, posters, cut-outs, pictures without colour) are called live, and how often
 * bona fide captures are taken for such; writes the table to MODELS.md. Never looks at the verdict groups.
 *
 *   npm run eval:drawn -- 40      needs ../shared (LIVEFACE_SHARED); photographs that are made over, 40 unless told
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { openSessions } from '../src/engine/models/index.ts'
import { luma } from '../src/engine/picture/luma.ts'
import { createPipeline } from '../src/engine/pipeline.ts'
import { pipelineNets } from '../src/engine/pipeline-nets.ts'
import type { Box } from '../src/engine/types.ts'
import { partsOfGroups, rightlyLabelled, webHeldOut } from '../training/pad/pictures.ts'
import { writeSection } from './document.ts'

const data = resolve(process.env.LIVEFACE_SHARED ?? '../shared', 'data')
const count = Number(process.argv[2] ?? 40)
const pipeline = createPipeline(await openSessions(pipelineNets))

interface Raw {
  data: Buffer
  width: number
  height: number
}

const want = { template: false, traits: false, liveness: true }

/** null: no face, or one that cannot be judged. */
async function judge(bytes: Buffer) {
  const { subject } = await pipeline.analyse(bytes, { want })
  if (!subject?.liveness?.judged) return null
  const { score, cues } = subject.liveness
  return { live: score >= 0.5, drawn: cues.some(({ name }) => name === 'photograph'), box: subject.box }
}

const encoded = ({ data: pixels, width, height }: Raw) =>
  sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer()

const recipes: Record<string, (raw: Raw, box: Box) => Buffer | Promise<Buffer>> = {
  'without colour': ({ data: rgb }) => rgb.map((_, at) => greyAt(rgb, at)) as Buffer,
  'few colours, as a poster': ({ data: rgb }) =>
    rgb.map((value) => Math.floor(value / 48) * 48 + 24) as Buffer,
  'dithered to three levels of each colour': dithered,
  'pencil drawing': pencilled,
  'cut out, on white': ({ data: rgb, width }, { x, y, width: w, height: h }) =>
    rgb.map((value, at) => {
      const [column, row] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)]
      const inside = ((column - x - w / 2) / (w / 2)) ** 2 + ((row - y - h / 2) / (0.62 * h)) ** 2 < 1
      return inside ? value : 255
    }) as Buffer,
  'smoothed into patches, as a cartoon': (raw) =>
    sharp(raw.data, { raw: { width: raw.width, height: raw.height, channels: 3 } })
      .median(7)
      .modulate({ saturation: 1.3 })
      .raw()
      .toBuffer(),
  'brown, as an old print': ({ data: rgb }) =>
    rgb.map((_, at) => Math.min(255, greyAt(rgb, at) * [1.2, 1, 0.75][at % 3]!)) as Buffer,
  'behind frosted glass': ({ data: rgb, width, height }) =>
    rgb.map((_, at) => {
      const pixel = Math.floor(at / 3)
      // Each pixel comes from a place up to 2 away, the same one for its three colours.
      const [aside, down] = [((pixel * 7919) % 5) - 2, ((pixel * 104729) % 5) - 2]
      const x = Math.min(width - 1, Math.max(0, (pixel % width) + aside))
      const y = Math.min(height - 1, Math.max(0, Math.floor(pixel / width) + down))
      return rgb[3 * (y * width + x) + (at % 3)]!
    }) as Buffer,
}

function greyAt(rgb: Buffer, at: number): number {
  const start = at - (at % 3)
  return Math.round(luma(rgb[start]!, rgb[start + 1]!, rgb[start + 2]!))
}

/** What is rounded away of a pixel goes half to the one below it. */
function dithered({ data: rgb, width, height }: Raw): Buffer {
  const out = Float32Array.from(rgb)
  for (let at = 0; at < out.length; at++) {
    const level = Math.min(255, Math.max(0, Math.round(out[at]! / 127.5) * 127.5))
    if (at + 3 * width < 3 * width * height) out[at + 3 * width]! += (out[at]! - level) / 2
    out[at] = level
  }
  return Buffer.from(Uint8Array.from(out, Math.round))
}

/** Grey lines where the picture departs from its surroundings, on white. */
async function pencilled({ data: rgb, width, height }: Raw): Promise<Buffer> {
  const grey = rgb.map((_, at) => greyAt(rgb, at)) as Buffer
  const soft = await sharp(grey, { raw: { width, height, channels: 3 } })
    .blur(6)
    .raw()
    .toBuffer()
  return grey.map((value, at) => Math.min(255, Math.round((255 * value) / Math.max(1, soft[at]!)))) as Buffer
}

const made = new Map<string, { judged: number; live: number; drawn: number }>()
const people = webHeldOut(data).filter(({ source }) => source === 'lfw')
const step = Math.max(1, Math.floor(people.length / count))
for (const { path } of people.filter((_, index) => index % step === 0).slice(0, count)) {
  const bytes = readFileSync(join(data, path))
  const face = await judge(bytes)
  if (!face) continue
  const { data: rgb, info } = await sharp(bytes)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const raw = { data: rgb, width: info.width, height: info.height }
  const all: typeof recipes = { 'as it was taken': () => rgb, ...recipes }
  for (const [name, make] of Object.entries(all)) {
    const judged = await judge(await encoded({ ...raw, data: await make(raw, face.box) }))
    const sums = made.get(name) ?? { judged: 0, live: 0, drawn: 0 }
    made.set(name, sums)
    sums.judged++
    if (judged?.live) sums.live++
    if (judged?.drawn) sums.drawn++
  }
}

const parts = partsOfGroups()
const groups = new Map<string, { pictures: number; drawn: number }>()
const captured = rightlyLabelled(data).filter(
  ({ path, group, bonafide }) => bonafide && path.startsWith('pad2/') && parts.get(group) === 'development',
)
for (const { path, group } of captured) {
  const judged = await judge(readFileSync(join(data, path)))
  if (!judged) continue
  const sums = groups.get(group) ?? { pictures: 0, drawn: 0 }
  groups.set(group, sums)
  sums.pictures++
  if (judged.drawn) sums.drawn++
}

const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`
const total = (key: 'pictures' | 'drawn') => [...groups.values()].reduce((sum, one) => sum + one[key], 0)
const body = `## Faces that no camera took

Press photographs (Labeled Faces in the Wild) of people kept from every net, made over by bench/eval-drawn.ts, which also wrote this
table (\`npm run eval:drawn\`). Live: at 0.5. What cannot be judged, or shows no face any more, is not live.

| made over | pictures | called live | named \`photograph\` |
|---|---|---|---|
${[...made].map(([name, { judged, live, drawn }]) => `| ${name} | ${judged} | ${share(live, judged)} | ${share(drawn, judged)} |`).join('\n')}

Of ${total('pictures')} bona fide pictures of ${groups.size} development groups, ${total('drawn')} are taken for such; the net never saw
them, its limit was chosen with them in view. The net (\`pad-drawn\`) learned from photographs made over by other programs
(training/pad/makeover.py); brown prints seldom and frosted glass never. Three plain measurements stand beside it
(src/engine/liveness/photograph.ts): a black and white photograph is refused with the drawings. Swapped faces are not seen.`
console.log(body)
writeSection('MODELS.md', 'eval:drawn', body)
process.exit(0)
