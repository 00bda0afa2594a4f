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
  /** `full`: a whole frame. `crop`: cut tightly by somebody's detector. `web`: a press or web photograph. */
  view: 'full' | 'crop' | 'web'
}

/** The labelled captures. @param data the data folder of ../shared */
export function captures(data: string): Labelled[] {
  const [, ...lines] = readFileSync(join(data, 'pad/labels.csv'), 'utf8').trim().split(/\r?\n/)
  return lines.map((line) => {
    const [path = '', label, attack = '', source = '', view] = line.split(',')
    return {
      path: `pad/${path}`,
      bonafide: label === 'bonafide',
      attack,
      source,
      view: view === 'full' ? 'full' : 'crop',
    }
  })
}

/** Photographs of faces that nobody attacked, from the press and the web. */
export function webPictures(data: string): Labelled[] {
  const web = (source: string, path: string): Labelled => ({
    path,
    bonafide: true,
    attack: '',
    source,
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

/** Everything that is evaluated: the captures, and the seventh of the web pictures that data.py keeps from every net. */
export function evaluated(data: string): Labelled[] {
  const heldOut = webPictures(data).filter(({ path, source }) => {
    const person = path.split('/').at(-2)!
    return crc32(source === 'lfw' ? person : person + path) % 7 === 0
  })
  return [...captures(data), ...heldOut]
}

/** A few pictures of each source, view and side, evenly spread: what a test can judge in well under two minutes. */
export function subset(data: string, each = 6): Labelled[] {
  const groups = new Map<string, Labelled[]>()
  for (const picture of captures(data)) {
    const key = `${picture.source} ${picture.view} ${picture.bonafide}`
    groups.set(key, [...(groups.get(key) ?? []), picture])
  }
  return [...groups.values()].flatMap((members) => {
    const count = Math.min(each, members.length)
    return Array.from({ length: count }, (_, index) => members[Math.floor((index * members.length) / count)]!)
  })
}
