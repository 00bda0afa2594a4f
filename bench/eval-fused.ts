/**
 * What several pictures of one capture gain over one: writes the section `eval:fused` of MODELS.md.
 *
 *   npm run eval:fused
 *
 * It counts the committed scores of the verdict groups (training/pad/verdicts), as `npm run eval:pad` does. A capture here
 * is a run of pictures that follow each other in one folder and show the same attack, or none; each picture is in one
 * capture alone. Folders without an order of their pictures (raulsilva) are left out.
 */
import { basename, dirname, join } from 'node:path'
import { fuseScores } from '../src/decisions/fused.ts'
import { packageRoot } from '../src/engine/models/index.ts'
import { apcer, areaUnderCurve, bpcer, type Judged } from '../src/evaluation/pad-rates.ts'
import { writeSection } from './document.ts'
import { releases } from './pad-document.ts'
import { markdownTable } from './pad-tables.ts'
import { byGroup, readVerdict, type Verdict } from './pad-verdicts.ts'

const threshold = 0.5
const views = { full: 'whole frames', crop: 'tight crops' } as const
const percent = (share: number) => `${(100 * share).toFixed(0)} %`
const placeOf = ({ path }: Verdict) => Number(/\d+/.exec(basename(path))?.[0] ?? 0)

const rows = readVerdict(releases().at(-1)!).filter(
  ({ variant, reason, path }) => variant === 'plain' && !reason && !path.includes('/raulsilva/'),
)

/** @param size pictures of each; what is left over at a folder's end is left out */
function capturesOf(view: Verdict['view'], size: number): Judged[] {
  const folders = byGroup(
    rows
      .filter((row) => row.view === view)
      .map((row) => ({ ...row, group: `${dirname(row.path)} ${row.attack}` })),
  )
  return folders.flatMap((found) => {
    const ordered = found.toSorted((one, other) => placeOf(one) - placeOf(other))
    return Array.from({ length: Math.floor(ordered.length / size) }, (_, index) => {
      const pictures = ordered.slice(index * size, (index + 1) * size)
      return { bonafide: pictures[0]!.bonafide, score: fuseScores(pictures.map(({ score }) => score)) }
    })
  })
}

const table = Object.entries(views).flatMap(([view, name]) =>
  [1, 2, 3, 4].map((size) => {
    const captures = capturesOf(view as Verdict['view'], size)
    const attacks = captures.filter(({ bonafide }) => !bonafide).length
    return [
      ...[name, String(size), String(attacks), String(captures.length - attacks)],
      percent(apcer(captures, threshold).share),
      percent(bpcer(captures, threshold).share),
      areaUnderCurve(captures).toFixed(3),
    ]
  }),
)
const head = ['view', 'pictures', 'attacks', 'bona fide', 'let through', 'refused', 'area under the curve']
const section = `## Several pictures of one capture

Written by \`npm run eval:fused\`: the scores of the groups kept apart, of pictures that follow each other in one folder,
joined by the mean of their log-odds as \`POST /api/v1/liveness\` joins \`picture\` to \`picture_4\`. At threshold 0.5.

${markdownTable(head, table)}

So few captures tell no difference of a few per cent. More pictures rank captures a little better; the errors at the
threshold stay about what they are, since a camera or a screen that misleads in one picture does so in the next.`
writeSection(join(packageRoot(), 'MODELS.md'), 'eval:fused', section)
console.log(section)
