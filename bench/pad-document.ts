/** What MODELS.md says of the verdict groups: every table that only counts committed scores. */
import { bestOfChanges, changes, changesTable } from './pad-changes.ts'
import { readCsv } from './pad-csv.ts'
import { type Contestant, markdownTable, overviewTable, partsTable, thresholdTable } from './pad-tables.ts'
import { readVerdict, type Verdict } from './pad-verdicts.ts'

const yardstick = 'minifasnet'

/** Hashes of the models of our own in the order in which they were judged; the last is the released one. */
export function releases(): string[] {
  return [...new Set(readCsv('verdicts.csv').map(({ model }) => model!))].filter((name) => name !== yardstick)
}

/** Pictures as they came, judged, of one view. */
function judged(model: string, view: Verdict['view']): Verdict[] {
  return readVerdict(model).filter((row) => row.variant === 'plain' && row.view === view && !row.reason)
}

function contestants(view: Verdict['view']): Contestant[] {
  const models = releases()
  const rows = models.map((model) => judged(model, view))
  const paths = new Set(rows.at(-1)!.map(({ path }) => path))
  return [
    ...rows.map((of, index) => ({
      name: index === rows.length - 1 ? 'ours' : `release ${index + 1}`,
      rows: of,
    })),
    { name: 'MiniFASNet', rows: judged(yardstick, view).filter(({ path }) => paths.has(path)) },
  ].toReversed()
}

/** Of the contestants, the release that is in use and what it is measured by. */
function currentAndYardstick(all: readonly Contestant[]): Contestant[] {
  return ['ours', 'MiniFASNet'].map((name) => all.find((contestant) => contestant.name === name)!)
}

const light = ({ luminance }: Verdict) =>
  luminance < 35 ? 'dark (skin below 35)' : luminance < 65 ? 'middling' : 'bright (skin from 65)'
const distance = ({ interocular }: Verdict) =>
  interocular < 40 ? 'below 40 pixels' : interocular < 80 ? '40 to 79 pixels' : 'from 80 pixels'

export function verdictTables(): string {
  const [frames, crops] = [contestants('full'), contestants('crop')]
  const both = currentAndYardstick(frames)
  const tight = currentAndYardstick(crops)
  const all = readVerdict(releases().at(-1)!)
  const { attacks, plain, best } = bestOfChanges(all)
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const group = (row: Verdict) => row.group
  return `### Whole frames

Brackets: 95 % intervals of a mean over groups, groups drawn again with replacement.

${overviewTable(frames)}

### Tight crops (a detector's crop, nearly no surroundings)

${overviewTable(crops)}

### By group

${partsTable('whole frames', both, group)}

${partsTable('tight crops', tight, group)}

### By kind of attack, light and size, whole frames

${partsTable('attack', both, ({ attack }) => attack)}

${partsTable('light', both, light)}

${partsTable('between the pupils', both, distance)}

### What each score means

APCER: attacks that reach the score. BPCER: bona fide pictures that do not.

${thresholdTable(both[0]!.rows, tight[0]!.rows)}

### Changes of a picture

Every sixth picture, frames and crops together: JPEG quality 60, half the size, a Gaussian blur of 0.8 pixels, an unsharp
mask, gamma 20 % up and down, mirrored; cut to 1.9 x the face (bezels and hands away), cut to 1.2 x the face.

${changesTable(changes(all))}

Of ${attacks} attacks ${percent(plain)} are live as they are, and ${percent(best)} by the best of all changes.

### How often the verdict groups were looked at

Every look is a line of training/pad/verdicts.csv.

${looks()}`
}

function looks(): string {
  const names = ['date', 'model', 'set', 'look', 'view', 'auc', 'mean_auc', 'eer', 'apcer', 'bpcer']
  return markdownTable(
    names,
    readCsv('verdicts.csv').map((row) => names.map((name) => row[name]!)),
  )
}
