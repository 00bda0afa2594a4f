/**
 * How often a picture that was used before is known again after it was cropped, turned or saved, and how often the next
 * moment of a person is taken for it; writes the table to MODELS.md. Only people and films of the reporting half: the
 * limits were chosen on the other one.
 *
 *   npm run eval:reuse -- 60      needs ../shared (LIVEFACE_SHARED); press photographs, 60 unless told
 */
import { resolve } from 'node:path'
import { openSessions } from '../src/engine/models/index.ts'
import { createPipeline } from '../src/engine/pipeline.ts'
import { pipelineNets } from '../src/engine/pipeline-nets.ts'
import { codeBits } from '../src/records/imprint-codes.ts'
import { imprintLimits } from '../src/records/imprints.ts'
import { writeSection } from './document.ts'
import { isKnown, type Likeness, measureReuse } from './sessions/copies.ts'

const data = resolve(process.env.LIVEFACE_SHARED ?? '../shared', 'data')
const people = Number(process.argv[2] ?? 60)
const pipeline = createPipeline(await openSessions(pipelineNets))
const { portraits, frames, films, moments, strangers } = await measureReuse(pipeline, data, 'report', people)

const goal = 95
const share = (copies: readonly Likeness[]) => {
  const known = (100 * copies.filter((copy) => isKnown(copy)).length) / copies.length
  return `${known.toFixed(1)} % of ${copies.length}${known < goal ? ', not reached' : ''}`
}
const rows = Object.keys(portraits).map(
  (name) => `| ${name} | ${share(portraits[name]!)} | ${share(frames[name]!)} |`,
)
const taken = (pairs: readonly Likeness[]) => pairs.filter((pair) => isKnown(pair)).length
const found = strangers.filter(({ asItIs, mirrored }) => Math.min(asItIs, mirrored) <= codeBits).length
const body = `## A picture used before

Known again (goal ${goal} %), by the rule of src/records/imprints.ts: at most ${imprintLimits.asItIs} of ${codeBits} bits differ, in a mirror
at most ${imprintLimits.mirrored}, and an index finds it. Each copy is saved as a JPEG of quality 90. Portraits are press
photographs (Labeled Faces in the Wild, 250 x 250), frames are two of each of ${films} films of people before a camera, some of
whom fill the picture, so that a crop cuts the face. Written by \`npm run eval:reuse\`.

| done to the picture | portraits | frames |
|---|---|---|
${rows.join('\n')}

Of ${moments.length} pairs of frames of one film, at least a second apart, ${taken(moments)} are taken for one picture (goal: 1 in 10 000,
which so few pairs cannot prove). Of ${strangers.length} pairs of strangers ${taken(strangers)} are; the index finds ${found} of them to look at.
The limits were chosen on the other half of people and films.`
console.log(body)
writeSection('MODELS.md', 'eval:reuse', body)
