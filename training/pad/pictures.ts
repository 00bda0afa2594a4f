import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

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
  const [, ...lines] = readFileSync(join(data, 'pad/labels.csv'), 'utf8').trim().split('\n')
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
