import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** One labelled picture of the PAD data. */
export interface Labelled {
  /** Below the data folder. */
  path: string
  bonafide: boolean
  /** Kind of attack, `replay` for example; empty for a bona fide capture. */
  attack: string
  source: string
  /** What is never split: one repository, or one person's recordings. */
  group: string
  /** `full`: a whole frame. `crop`: cut tightly by somebody's detector. `web`: a press or web photograph. */
  view: 'full' | 'crop' | 'web'
}

/** The labelled captures of both sets. @param data the data folder of ../shared */
export function captures(data: string): Labelled[] {
  return ['pad', 'pad2'].flatMap((set) => {
    const [head = '', ...lines] = readFileSync(join(data, set, 'labels.csv'), 'utf8')
      .trim()
      .split(/\r?\n/)
    const names = head.split(',')
    return lines.map((line) => {
      const values = line.split(',')
      const field = (name: string) => values[names.indexOf(name)] ?? ''
      const source = field('source')
      return {
        path: `${set}/${field('path')}`,
        bonafide: field('label') === 'bonafide',
        attack: field('attack'),
        source,
        group: field('group') || recordings[source] || source,
        view: field('view') === 'full' ? ('full' as const) : ('crop' as const),
      }
    })
  })
}

/** Sources of the older set that show the same person are one group. */
const recordings: Record<string, string> = { jtboing: 'apfol', saikan45: 'apfol' }

/** Photographs of faces that nobody attacked, from the press and the web. */
export function webPictures(data: string): Labelled[] {
  const web = (source: string, path: string): Labelled => ({
    path,
    bonafide: true,
    attack: '',
    source,
    group: source,
    view: 'web',
  })
  const lfw = readdirSync(join(data, 'lfw'), { recursive: true, encoding: 'utf8' })
  const masks = readdirSync(join(data, 'traits/masks'))
  const isPicture = (name: string) => name.endsWith('.jpg')
  return [
    ...lfw
      .filter(isPicture)
      .sort()
      .map((name) => web('lfw', `lfw/${name}`)),
    ...masks
      .filter(isPicture)
      .sort()
      .map((name) => web('masks', `traits/masks/${name}`)),
  ]
}

/** The seventh of the web pictures that data.py keeps from every net. */
export function webHeldOut(data: string): Labelled[] {
  return onePerPerson(webPictures(data)).filter(({ path, source }) => {
    const person = path.split('/').at(-2)!
    return crc32(source === 'lfw' ? person : person + path) % 7 === 0
  })
}

/**
 * A few pictures of each group, view and side, evenly spread: what a test can judge in well under two minutes. None of the
 * verdict groups, which are looked at once for each model.
 */
export function subset(data: string, each = 3): Labelled[] {
  const parts = partsOfGroups()
  const groups = new Map<string, Labelled[]>()
  for (const picture of rightlyLabelled(data)) {
    if (parts.get(picture.group) === 'verdict') continue
    const key = `${picture.group} ${picture.view} ${picture.bonafide}`
    groups.set(key, [...(groups.get(key) ?? []), picture])
  }
  return [...groups.values()].flatMap((members) => {
    const count = Math.min(each, members.length)
    return Array.from({ length: count }, (_, index) => members[Math.floor((index * members.length) / count)]!)
  })
}

/** The first picture of each person, where the folder names them. */
export function onePerPerson(pictures: readonly Labelled[]): Labelled[] {
  const seen = new Set<string>()
  return pictures.filter(({ path, source }) => {
    const person = source === 'lfw' ? path.split('/').at(-2)! : path
    return !seen.has(person) && Boolean(seen.add(person))
  })
}

const here = import.meta.dirname

/** What a group may be used for: groups.csv, drawn once by lot. */
export function partsOfGroups(): Map<string, string> {
  const [, ...lines] = readFileSync(join(here, 'groups.csv'), 'utf8').trim().split('\n')
  return new Map(lines.map((line) => line.split(',')).map(([group = '', , , part = '']) => [group, part]))
}

/** The captures without those whose label is wrong (excluded.csv says why). */
export function rightlyLabelled(data: string): Labelled[] {
  const [, ...lines] = readFileSync(join(here, 'excluded.csv'), 'utf8').trim().split('\n')
  const wrong = new Set(lines.map((line) => line.split(',')[0]))
  return captures(data).filter(({ path }) => !wrong.has(path))
}
