/** Sets of frames of one person before one camera: real sessions, as far as films of people who were not asked to act are. */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type CompareScenes, judgeOneStill } from '../../src/decisions/one-still.ts'
import { shapeDistance } from '../../src/decisions/reuse.ts'
import type { Pipeline } from '../../src/engine/pipeline.ts'
import type { Subject } from '../../src/engine/types.ts'
import { type Half, halfOf, sets } from './stills.ts'

/** How far apart, by `shapeDistance`, two faces are that do anything different. */
export const doingOther = 0.05
/** How far apart two gestures are in 19 of 20 pairs of pictures made to act, of the choosing half. */
export const gesturing = 0.08
/** Frames of each source that are measured. */
const frames = 6

interface Source {
  name: string
  paths: string[]
}

/** A few frames of each source. */
export function sources(data: string, half: Half): Source[] {
  return bonaFide(data, half).map(({ name, paths }) => {
    const step = Math.max(1, Math.floor(paths.length / frames))
    return { name, paths: paths.filter((_, index) => index % step === 0).slice(0, frames) }
  })
}

export interface Frame {
  path: string
  /** Seconds, from any start. */
  at: number
}

/** All frames of each source whose names tell when they were taken; frames without a time are numbered, 30 a second. */
export function filmsOf(data: string, half: Half): Frame[][] {
  return bonaFide(data, half)
    .map(({ paths }) =>
      paths.flatMap((path) => {
        const at = secondsOf(basename(path))
        // The same frames again, larger.
        return at === null || path.includes('-hires') ? [] : [{ path, at }]
      }),
    )
    .filter((film) => film.length > 1)
}

function secondsOf(name: string): number | null {
  // Unix seconds and their fraction without the point.
  const stamp = /^(\d{10})(\d{2,})(_1)?\./.exec(name)
  if (stamp) return Number(`${stamp[1]}.${stamp[2]}`)
  const number = /(\d+)(_\w+)?\.jpg$/.exec(name)
  return number && number[1]!.length < 10 ? Number(number[1]) / 30 : null
}

/** Whole bona fide frames by source; a group with sources in both halves teaches and reports nothing. */
function bonaFide(data: string, half: Half): Source[] {
  const found = new Map<string, { group: string; paths: string[] }>()
  for (const set of ['pad', 'pad2']) {
    const [, ...rows] = readFileSync(join(data, set, 'labels.csv'), 'utf8')
      .trim()
      .split(/\r?\n/)
    for (const row of rows) {
      const [path = '', label, , source = '', view, group = source] = row.split(',')
      if (label !== 'bonafide' || view !== 'full') continue
      const known = found.get(source) ?? { group, paths: [] }
      known.paths.push(join(data, set, path))
      found.set(source, known)
    }
  }
  const other = [...found].filter(([name]) => halfOf(name) !== half).map(([, { group }]) => group)
  return [...found]
    .filter(([name, { group }]) => halfOf(name) === half && !other.includes(group))
    .map(([name, { paths }]) => ({ name, paths }))
}

/** Whether each set of two or three frames is taken for one still; `apart`: the distance of the two most alike faces in it. */
export async function refusals(pipeline: Pipeline, { paths }: Source, compare: CompareScenes) {
  const want = { template: false, traits: false, liveness: false, scene: true }
  const subjects: Subject[] = []
  for (const path of paths) {
    const { subject } = await pipeline.analyse(readFileSync(path), { want })
    if (subject) subjects.push(subject)
  }
  const nearest = (set: readonly Subject[]) =>
    Math.min(
      ...set.flatMap((one, index) => set.slice(0, index).map((other) => shapeDistance(other.mesh, one.mesh))),
    )
  const acting = sets(subjects)
    .map((set) => ({ set, apart: nearest(set) }))
    .filter(({ apart }) => apart > doingOther)
  return acting.map(({ set, apart }) => ({
    photos: set.length,
    apart,
    outcome: judgeOneStill(
      set.map(({ scene }) => scene!),
      compare,
    ),
  }))
}
