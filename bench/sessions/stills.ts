/** Sessions made of one press photograph each: the attack, as the engine and the session's rules see it. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { type ChallengePhoto, type ChallengePolicy, judgeChallenge } from '../../src/decisions/challenge.ts'
import type { Pipeline } from '../../src/engine/pipeline.ts'
import { actAll, readStill } from './puppet.ts'

export type Half = 'choose' | 'report'

/** People are split once, by the hash of their name: thresholds come from one half, the table from the other. */
export function halfOf(name: string): Half {
  return Number.parseInt(digest(name).slice(0, 2), 16) % 2 === 1 ? 'choose' : 'report'
}

const digest = (text: string) => createHash('sha1').update(text).digest('hex')

/** One picture of each person who looks neutral, in an order of chance that is always the same. */
export function victims(folder: string, half: Half, count: number): string[] {
  const [, ...rows] = readFileSync(join(folder, 'expression.csv'), 'utf8').trim().split(/\r?\n/)
  const first = new Map<string, string>()
  for (const row of rows) {
    const [path = '', expression] = row.split(',')
    const person = path.slice(0, path.indexOf('/'))
    if (expression === 'neutral' && !first.has(person)) first.set(person, path)
  }
  return [...first]
    .filter(([person]) => halfOf(person) === half)
    .map(([, path]) => path)
    .sort((a, b) => (digest(`victim/${a}`) < digest(`victim/${b}`) ? -1 : 1))
    .slice(0, count)
}

export interface Attacked {
  /** Sessions of two or three gestures, by how many photos they have. */
  sessions: { photos: number; passedBefore: boolean; passedNow: boolean }[]
}

const want = { template: true, traits: true, liveness: true, scene: true }

/**
 * Every set of two or three gestures that one picture can be made to show, judged with and without the comparison of
 * scenes. @returns null when the picture shows no single, nearly frontal face
 */
export async function attack(
  pipeline: Pipeline,
  path: string,
  policy: ChallengePolicy,
  disguise: (bytes: Buffer, index: number) => Promise<Buffer>,
): Promise<Attacked | null> {
  const bytes = readFileSync(path)
  const { subject, faces } = await pipeline.analyse(bytes, {
    want: { template: false, traits: false, liveness: false },
  })
  if (!subject || faces.length > 1 || Math.abs(subject.pose.yaw) > 20) return null
  const acted = await actAll(await readStill(bytes, subject.mesh, subject.pose), true)
  const photos: ChallengePhoto[] = []
  for (const [index, { gesture, bytes }] of acted.entries()) {
    const report = await pipeline.analyse(await disguise(bytes, index), { want })
    photos.push({ gesture, report, submittedAt: 1000 * index, reused: false })
  }
  const compared = remembered(policy)
  const judge = (set: ChallengePhoto[], compareScenes: ChallengePolicy['compareScenes']) =>
    judgeChallenge({ photos: set, expiresAt: 1e6 }, { ...policy, compareScenes }).isAlive
  const sessions = sets(photos).map((set) => ({
    photos: set.length,
    passedBefore: judge(set, null),
    passedNow: judge(set, compared),
  }))
  return { sessions }
}

/** Every set of two or three, in order. */
export function sets<T>(all: readonly T[]): T[][] {
  return all.flatMap((a, i) =>
    all.slice(i + 1).flatMap((b, j) => [[a, b], ...all.slice(i + j + 2).map((c) => [a, b, c])]),
  )
}

/** A pair recurs in many sets and is compared once. */
export function remembered({ compareScenes }: Pick<ChallengePolicy, 'compareScenes'>) {
  const known = new Map<unknown, Map<unknown, ReturnType<NonNullable<typeof compareScenes>>>>()
  return ((first, second) => {
    const row = known.get(first) ?? new Map()
    known.set(first, row)
    if (!row.has(second)) row.set(second, compareScenes!(first, second))
    return row.get(second)!
  }) satisfies ChallengePolicy['compareScenes']
}

/** Sent as it was made. */
export const plain = async (bytes: Buffer) => bytes

/** Each photo turned, cropped, resized, lit, made noisy and saved in its own way, so that no two have a pixel in common. */
export async function disguised(bytes: Buffer, index: number): Promise<Buffer> {
  const chance = (part: string) =>
    Number.parseInt(digest(`${part}/${index}/${digest(bytes.toString('base64'))}`).slice(0, 6), 16) / 2 ** 24
  const turned = await sharp(bytes)
    .rotate(4 * chance('turn') - 2, { background: '#777' })
    .png()
    .toBuffer()
  const { width = 0, height = 0 } = await sharp(turned).metadata()
  const side = Math.round(Math.min(width, height) * (0.98 - 0.06 * chance('crop')))
  const offset = (length: number, part: string) => Math.round((length - side) * (0.35 + 0.3 * chance(part)))
  const { data, info } = await sharp(turned)
    .extract({ left: offset(width, 'left'), top: offset(height, 'top'), width: side, height: side })
    .resize(Math.round(side * (0.8 + 0.5 * chance('size'))))
    .linear(0.85 + 0.3 * chance('light'), 0)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const noise = chance('noise') < 0.5 ? 0 : 5
  for (let i = 0; noise > 0 && i < data.length; i++) {
    const sum = [1, 2, 3, 4].reduce(
      (total, step) => total + (Math.abs(Math.sin(i * 12.9898 * step + index) * 43758.5453) % 1),
      0,
    )
    data[i] = Math.min(255, Math.max(0, data[i]! + noise * 1.73 * (sum - 2)))
  }
  return sharp(data, { raw: info })
    .jpeg({ quality: 70 + Math.floor(25 * chance('quality')) })
    .toBuffer()
}
