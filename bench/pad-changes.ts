/** What changes of a picture, harmless ones and an attacker's, do to its verdict. */
import { markdownTable, passes } from './pad-tables.ts'
import type { Verdict } from './pad-verdicts.ts'

const threshold = 0.5
const percent = (share: number) => `${(100 * share).toFixed(1)} %`

export interface Change {
  variant: string
  /** Pictures judged before and after. */
  pictures: number
  /** Mean move of the score, and share of verdicts that changed. */
  moved: number
  changed: number
  /** Share of the attacks that are live after it. */
  apcer: number
}

/** How far changes of a picture move its verdict. */
export function changes(all: readonly Verdict[]): Change[] {
  const plain = new Map(
    all.filter(({ variant, reason }) => variant === 'plain' && !reason).map((row) => [row.path, row]),
  )
  const variants = [...new Set(all.map(({ variant }) => variant))].filter((name) => name !== 'plain')
  return variants.map((variant) => {
    const pairs = all
      .filter((row) => row.variant === variant && !row.reason)
      .flatMap((after) => {
        const before = plain.get(after.path)
        return before ? [{ before, after }] : []
      })
    const mean = (figure: (pair: (typeof pairs)[number]) => number) =>
      pairs.reduce((sum, pair) => sum + figure(pair), 0) / pairs.length
    return {
      variant,
      pictures: pairs.length,
      moved: mean(({ before, after }) => Math.abs(before.score - after.score)),
      changed: mean(({ before, after }) => Number(before.score >= threshold !== after.score >= threshold)),
      apcer: passes(pairs.map(({ after }) => after)),
    }
  })
}

/** Share of the attacks that are live as they are, and by the best of all changes. */
export function bestOfChanges(all: readonly Verdict[]): { attacks: number; plain: number; best: number } {
  const attacks = new Map<string, { plain: boolean; best: boolean; changed: boolean }>()
  for (const { path, variant, bonafide, reason, score } of all) {
    if (bonafide) continue
    const known = attacks.get(path) ?? { plain: false, best: false, changed: false }
    const live = !reason && score >= threshold
    attacks.set(path, {
      plain: known.plain || (variant === 'plain' && live),
      best: known.best || live,
      changed: known.changed || variant !== 'plain',
    })
  }
  const tried = [...attacks.values()].filter(({ changed }) => changed)
  const rate = (of: 'plain' | 'best') => tried.filter((attack) => attack[of]).length / tried.length
  return { attacks: tried.length, plain: rate('plain'), best: rate('best') }
}

export function changesTable(rows: readonly Change[]): string {
  return markdownTable(
    ['change of the picture', 'pictures', 'mean move of the score', 'verdicts changed', 'APCER after it'],
    rows.map(({ variant, pictures, moved, changed, apcer: after }) => [
      variant,
      `${pictures}`,
      moved.toFixed(3),
      percent(changed),
      percent(after),
    ]),
  )
}
