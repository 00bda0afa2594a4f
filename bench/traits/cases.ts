/** Held-out pictures with what is known of each, and what the engine says of them. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { faceNets, findFaces } from '../../src/engine/face/index.ts'
import { refusal } from '../../src/engine/liveness/gate.ts'
import { openSessions } from '../../src/engine/models/index.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import { measurePose } from '../../src/engine/pose.ts'
import { measureQuality } from '../../src/engine/quality/index.ts'
import type { AgeGenderReading } from '../../src/engine/traits/age.ts'
import { estimateTraits } from '../../src/engine/traits/estimate.ts'
import { readAgeAndGender, runTraitsNet, type TraitLogits } from '../../src/engine/traits/index.ts'
import type { Pose, QualityFault, Traits } from '../../src/engine/types.ts'
import type { PoseYardstick } from './yardstick.ts'

/** Known values; null where nobody could tell. */
export interface Truth {
  eyewear: 'none' | 'glasses' | 'sunglasses' | null
  occluded: boolean | null
  mouthCovered: boolean | null
  mouthOpen: boolean | null
  smile: boolean | null
  rightEyeOpen: boolean | null
  leftEyeOpen: boolean | null
}

export interface Case {
  key: string
  file: string
  split: 'calibrate' | 'test'
  /** The smile is one labeller's word for a whole expression. */
  weak: boolean
  truth: Truth
}

const unknown: Truth = {
  eyewear: null,
  occluded: null,
  mouthCovered: null,
  mouthOpen: null,
  smile: null,
  rightEyeOpen: null,
  leftEyeOpen: null,
}

export interface Measured extends Case {
  logits: TraitLogits
  traits: Omit<Traits, 'age' | 'gender'>
  pose: Pose
  /** What another head pose net says; null without it. */
  yardstick: Pose | null
  /** Why a session would not judge the picture at all. */
  refused: QualityFault | null
}

const folders = {
  hand: 'traits/hand-labelled',
  masks: 'traits/masks',
  lfw: 'lfw',
  people: 'traits/age-gender',
} as const

/** @param shared folder with `data` in it */
export function readCases(shared: string, list = 'training/traits/held-out.csv'): Case[] {
  const [, ...lines] = readFileSync(list, 'utf8').trim().split(/\r?\n/)
  return lines.map((line) => {
    const [key, split, weak, eyewear, ...flags] = line.split(',') as string[]
    const [occluded, mouthCovered, mouthOpen, smile, rightEyeOpen, leftEyeOpen] = flags.map(flag)
    const [set, ...rest] = key!.split('/')
    return {
      key: key!,
      file: join(shared, 'data', folders[set as keyof typeof folders], ...rest),
      split: split as Case['split'],
      weak: weak === '1',
      truth: {
        eyewear: (eyewear || null) as Truth['eyewear'],
        occluded: occluded!,
        mouthCovered: mouthCovered!,
        mouthOpen: mouthOpen!,
        smile: smile!,
        rightEyeOpen: rightEyeOpen!,
        leftEyeOpen: leftEyeOpen!,
      },
    }
  })
}

/**
 * LFW's other people: our nets learned from their faces, but nothing learned how their heads are turned, so they measure
 * the gestures of the head and nothing else. By person, half may set thresholds.
 */
export function readPoses(shared: string, listed: readonly Case[]): Case[] {
  const known = new Set(listed.map(({ file }) => file))
  const people = new Set(listed.map(personOf))
  const folder = join(shared, 'data', folders.lfw)
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !people.has(entry.name))
    .flatMap(({ name }) =>
      readdirSync(join(folder, name)).map((picture): Case => {
        const odd = createHash('sha1').update(name).digest()[0]! % 2 === 1
        const key = `lfw/${name}/${picture}`
        const split = odd ? 'calibrate' : 'test'
        return { key, file: join(folder, name, picture), split, weak: false, truth: unknown }
      }),
    )
    .filter(({ file }) => !known.has(file))
}

/** LFW's name of the person; elsewhere nobody is known to come twice. */
export function personOf({ key }: Pick<Case, 'key'>): string {
  const [set, name] = key.split('/')
  return set === 'lfw' ? name! : key
}

function flag(text: string): boolean | null {
  return text === '' ? null : text === '1'
}

/** Runs detection, mesh, pose and the traits net on each picture; a picture without a face is left out. */
export async function measureCases(cases: readonly Case[], yardstick?: PoseYardstick): Promise<Measured[]> {
  const sessions = await openSessions(['blazeface', 'facemesh', 'traits', 'expression'])
  const nets = faceNets(sessions)
  const measured: Measured[] = []
  for (const item of cases) {
    if (!existsSync(item.file)) continue
    const pixels = await decodePicture(readFileSync(item.file))
    const { faces, mesh } = await findFaces(pixels, nets.detector, nets.mesh)
    if (!faces[0] || !mesh) continue
    const logits = await runTraitsNet(sessions, pixels, mesh.points)
    const pose = measurePose(mesh.points)
    measured.push({
      ...item,
      logits,
      traits: estimateTraits(logits),
      pose,
      yardstick: yardstick ? await yardstick(pixels, faces[0].box) : null,
      refused: refusal({ quality: measureQuality(pixels, { ...faces[0], mesh: mesh.points, pose }) }),
    })
  }
  await sessions.close()
  return measured
}

export interface Person {
  male: boolean
  age: number
  reading: AgeGenderReading
  /** Which half: constants are fitted on one, errors reported on the other. */
  half: 'calibrate' | 'test'
}

/** Reads age and gender off the age-gender set, off one half of it, or off the first `limit` pictures. */
export async function measurePeople(
  shared: string,
  { half, limit = Number.POSITIVE_INFINITY }: { half?: Person['half']; limit?: number } = {},
): Promise<Person[]> {
  const folder = join(shared, 'data/traits/age-gender')
  const [, ...lines] = readFileSync(join(folder, 'labels.csv'), 'utf8').trim().split(/\r?\n/)
  const sessions = await openSessions(['blazeface', 'facemesh', 'age-gender'])
  const nets = faceNets(sessions)
  const people: Person[] = []
  for (const [index, line] of lines.slice(0, limit).entries()) {
    const side = index % 2 === 0 ? 'calibrate' : 'test'
    if (half && side !== half) continue
    const [path, gender, age] = line.split(',') as [string, string, string]
    const pixels = await decodePicture(readFileSync(join(folder, path)))
    const { mesh } = await findFaces(pixels, nets.detector, nets.mesh)
    if (!mesh) continue
    const [reading] = await readAgeAndGender(sessions, pixels, [mesh.points])
    people.push({
      male: gender === 'male',
      age: Number(age),
      reading: reading!,
      half: side,
    })
  }
  await sessions.close()
  return people
}
