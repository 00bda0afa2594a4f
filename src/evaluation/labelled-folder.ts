/** Reads a folder of one's own captures: who is in each picture, and what was held before the camera. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readRows } from './csv.ts'

/** One labelled capture. */
export interface Capture {
  /** Below the folder, with slashes. */
  path: string
  bonafide: boolean
  /** Kind of attack, such as `print`; empty for a bona fide capture. */
  instrument: string
  /** Whose capture; null where the folder does not say. */
  person: string | null
}

const labelsFile = 'labels.csv'

/** Does a folder say what its pictures are? @param pictures below it, with slashes */
export function isLabelled(folder: string, pictures: readonly string[]): boolean {
  return existsSync(join(folder, labelsFile)) || pictures.some((path) => /^(live|attack)\//.test(path))
}

/**
 * The captures of a folder: by `labels.csv` where there is one, else by sub-folders: `live/[PERSON/]picture` and
 * `attack/KIND/[PERSON/]picture`.
 * @param pictures below the folder, with slashes
 * @throws Error that names the line or the folder that is not understood
 */
export function readCaptures(folder: string, pictures: readonly string[]): Capture[] {
  const labels = join(folder, labelsFile)
  const captures = existsSync(labels)
    ? labelled(readFileSync(labels, 'utf8'), folder)
    : pictures.flatMap(captureOf)
  if (captures.length === 0) {
    throw new Error(`Found no captures in ${folder}: expected live/, attack/KIND/ or labels.csv.`)
  }
  return captures
}

function captureOf(path: string): Capture[] {
  const [top, ...below] = path.split('/')
  if (top === 'live') return [{ path, bonafide: true, instrument: '', person: personIn(below) }]
  if (top !== 'attack') return []
  const [kind, ...rest] = below
  if (rest.length === 0)
    throw new Error(`${path} is of no kind of attack: expected attack/KIND/picture, such as attack/print.`)
  return [{ path, bonafide: false, instrument: kind!, person: personIn(rest) }]
}

/** The folder between the label and the picture. */
function personIn(below: readonly string[]): string | null {
  return below.length > 1 ? below[0]! : null
}

function labelled(text: string, folder: string): Capture[] {
  const [head, ...rows] = readRows(text)
  const columns = (head?.values ?? []).map((name) => name.trim().toLowerCase())
  for (const name of ['path', 'label'])
    if (!columns.includes(name))
      throw new Error(`labels.csv has no column ${name}: expected path,label,attack,person.`)
  return rows.map(({ line, values }) => {
    const value = (name: string) => values[columns.indexOf(name)]?.trim() ?? ''
    const [path, label] = [value('path'), value('label').toLowerCase()]
    if (label !== 'live' && label !== 'attack')
      throw new Error(`labels.csv, line ${line}: the label is neither \`live\` nor \`attack\`.`)
    if (!existsSync(join(folder, path)))
      throw new Error(`labels.csv, line ${line}: there is no file ${path}.`)
    const bonafide = label === 'live'
    const instrument = bonafide ? '' : value('attack') || 'attack'
    return { path, bonafide, instrument, person: value('person') || null }
  })
}
