/**
 * Right and wrong answers about pictures as they come, by kind: animals, coins, drawings, lettering, turned, blurred and
 * dark pictures, closed eyes, glasses, groups, children. Pictures come from a Debian package (fetched on first use into
 * .cache/wild, or unpacked already in LIVEFACE_WILD) and from ../shared (LIVEFACE_SHARED), or are made of these; none is
 * in the repository.
 *
 *   npm run eval:wild          writes the section `eval:wild` of MODELS.md
 */
import { openSessions } from '../src/engine/models/index.ts'
import { createPipeline } from '../src/engine/pipeline.ts'
import { pipelineNets } from '../src/engine/pipeline-nets.ts'
import { writeSection } from './document.ts'
import { wildKinds } from './wild/kinds.ts'

const pipeline = createPipeline(await openSessions(pipelineNets))
const want = { template: true, traits: true, liveness: true }
const analyse = (bytes: Uint8Array) => pipeline.analyse(bytes, { want })

const rows: string[] = []
const sums = { pictures: 0, right: 0 }
for (const { name, right, cases } of wildKinds()) {
  const wrong: string[] = []
  for (const { picture, isRight } of cases) if (!(await isRight(analyse))) wrong.push(picture)
  rows.push(`| ${name} | ${right} | ${cases.length} | ${cases.length - wrong.length} |`)
  sums.pictures += cases.length
  sums.right += cases.length - wrong.length
  console.log(rows.at(-1), wrong.join(', '))
}

writeSection(
  'MODELS.md',
  'eval:wild',
  `## Pictures as they come

A few pictures of each kind that people have tried, by bench/eval-wild.ts (\`npm run eval:wild\`), which also wrote this table.
So few say where something is wrong, not how often: the sections above measure that. People are those of Labeled Faces in the Wild
and UTKFace, the labels of eyes and glasses held-out ones; animals, coins and drawings are stamps of Tux Paint.

| kind | right is | pictures | right |
|---|---|---|---|
${rows.join('\n')}
| all | | ${sums.pictures} | ${sums.right} |`,
)
process.exit(0)
