import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** A pair of LFW's View 2: paths below the data folder, and whether both show the same person. */
export interface LfwPair {
  first: string
  second: string
  same: boolean
  fold: number
}

/** The folder with Labeled Faces in the Wild: LIVEFACE_SHARED/data/lfw, by default ../shared/data/lfw. */
export const lfwFolder = resolve(process.env.LIVEFACE_SHARED ?? '../shared', 'data/lfw')

export function readPairs(folder = lfwFolder): LfwPair[] {
  const [, ...rows] = readFileSync(resolve(folder, 'pairs.csv'), 'utf8').trim().split('\n')
  return rows.map((row) => {
    const [first = '', second = '', same, fold] = row.split(',')
    return { first, second, same: same === '1', fold: Number(fold) }
  })
}

/** Every picture of the pairs, once, with the fold it belongs to; LFW's folds share no person. */
export function picturesOf(pairs: readonly LfwPair[]): Map<string, number> {
  const folds = new Map<string, number>()
  for (const { first, second, fold } of pairs) {
    folds.set(first, fold)
    folds.set(second, fold)
  }
  return folds
}

/** The person a picture shows: its folder. */
export function personOf(path: string): string {
  return path.slice(0, path.indexOf('/'))
}
