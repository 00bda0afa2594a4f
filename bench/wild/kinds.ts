/** Pictures as they come, by kind, each with the question whether the engine's answer about it is right. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { likenessAt, yearsOf } from '../../src/decisions/likeness.ts'
import { cosine, similarity } from '../../src/engine/face/compare.ts'
import { sniff } from '../../src/engine/picture/sniff.ts'
import type { FaceReport } from '../../src/engine/types.ts'
import { lfwFolder, readPairs } from '../lfw.ts'
import { readCases } from '../traits/cases.ts'
import { picturesIn, spread, unpacked } from './packages.ts'

export interface Kind {
  name: string
  /** Which answer is right, in a few words. */
  right: string
  cases: Case[]
}

/** What the engine measures in an encoded picture: template, traits and liveness. */
export type Analyse = (bytes: Uint8Array) => Promise<FaceReport>

export interface Case {
  picture: string
  isRight(analyse: Analyse): Promise<boolean>
}

/** Similarity, 0..1, from which two faces are one person's. */
const matchAt = 0.75
const shared = resolve(process.env.LIVEFACE_SHARED ?? '../shared')

/** Pictures of each kind, unless there are fewer. */
const each = 8

export function wildKinds(): Kind[] {
  const stamps = join(unpacked('tuxpaint-stamps-default'), 'usr/share/tuxpaint/stamps')
  const people = spread([...new Set(readPairs().map(({ first }) => first))], 3 * each).map((path) =>
    join(lfwFolder, path),
  )
  const cases = readCases(shared).filter(({ split }) => split === 'test')
  const labelled = (test: (truth: (typeof cases)[number]['truth']) => boolean) =>
    spread(
      cases.filter(({ truth }) => test(truth)).map(({ file }) => file),
      each,
    )
  return [
    kind(
      'animals',
      'no live person',
      onWhite(picturesIn(stamps, /^animals\/mammals\/(cats|dogs|apes|bears)\/[^/]+\.png$/)),
      notLive,
    ),
    kind(
      'busts on coins',
      'no live person',
      onWhite(picturesIn(stamps, /^symbols\/money\/.*coins\/.*\.png$/)),
      notLive,
    ),
    kind(
      'drawings',
      'no live person',
      onWhite(picturesIn(stamps, /(^symbols\/faces|^animals\/.*cartoon|monuments\/cartoon)\/?.*\.png$/)),
      notLive,
    ),
    kind('lettering beside a face', 'one face', made(people, lettered), ({ faces }) => faces.length === 1),
    {
      name: 'upside down',
      right: 'the same person as upright',
      cases: spread(people, each).map((path) => ({
        picture: basename(path),
        isRight: async (analyse) => {
          const upright = readFileSync(path)
          const turned = await sharp(upright).rotate(180).jpeg({ quality: 92 }).toBuffer()
          const alike = likeness(await analyse(turned), await analyse(upright))
          return alike !== null && alike >= matchAt
        },
      })),
    },
    kind(
      'closed eyes',
      'both closed',
      asTheyAre(labelled(({ leftEyeOpen, rightEyeOpen }) => leftEyeOpen === false && rightEyeOpen === false)),
      ({ subject }) => !!subject?.allTraits && !eyesOpen(subject.allTraits),
    ),
    kind(
      'open eyes',
      'both open',
      asTheyAre(labelled(({ leftEyeOpen, rightEyeOpen }) => leftEyeOpen === true && rightEyeOpen === true)),
      ({ subject }) => !!subject?.allTraits && eyesOpen(subject.allTraits),
    ),
    kind(
      'dark lenses',
      'sunglasses',
      asTheyAre(labelled(({ eyewear }) => eyewear === 'sunglasses')),
      ({ subject }) => subject?.allTraits?.eyewear.value === 'sunglasses',
    ),
    kind(
      'glasses',
      'glasses',
      asTheyAre(labelled(({ eyewear }) => eyewear === 'glasses')),
      ({ subject }) => subject?.allTraits?.eyewear.value === 'glasses',
    ),
    kind(
      'blurred, a tenth of the eyes apart',
      'blurred, or not judged',
      made(people, (picture) => picture.blur(4.9)),
      ({ subject }) => !!subject && (subject.quality.blur.value || subject.liveness?.judged === false),
    ),
    kind(
      'a fifth of the light',
      'too dark',
      made(people, (picture) => picture.linear(0.2, 0)),
      ({ subject }) => subject?.quality.faults.includes('too_dark') ?? false,
    ),
    kind('three people side by side', 'three faces', groups(people, 0), ({ faces }) => faces.length === 3),
    kind(
      'the nearest face cut by the edge',
      'three faces',
      groups(people, 90),
      ({ faces }) => faces.length === 3,
    ),
    {
      name: 'two children under 13',
      right: 'two persons',
      cases: pairsOfChildren().map(([first, second]) => ({
        picture: `${basename(first)} and ${basename(second)}`,
        isRight: async (analyse) => {
          const reports = [await analyse(readFileSync(first)), await analyse(readFileSync(second))] as const
          const alike = likeness(...reports)
          return alike === null || likenessAt(alike, yearsOf(...reports)) < matchAt
        },
      })),
    },
  ]
}

type Picture = { name: string; make: () => Promise<Buffer> }

function kind(
  name: string,
  right: string,
  pictures: readonly Picture[],
  isRight: (report: FaceReport) => boolean,
): Kind {
  const cases = pictures.map(({ name: picture, make }) => ({
    picture,
    isRight: async (analyse: Analyse) => isRight(await analyse(await make())),
  }))
  return { name, right, cases }
}

/** Similarity of two pictures' faces, 0..1; null where one shows none that can be compared. */
function likeness({ subject: first }: FaceReport, { subject: second }: FaceReport): number | null {
  if (!first?.template || !second?.template) return null
  return similarity(cosine(first.template, second.template))
}

function notLive({ subject }: FaceReport): boolean {
  return !subject?.liveness?.judged || subject.liveness.score < 0.5
}

function eyesOpen({
  leftEyeOpen,
  rightEyeOpen,
}: {
  leftEyeOpen: { value: boolean }
  rightEyeOpen: { value: boolean }
}) {
  return leftEyeOpen.value && rightEyeOpen.value
}

function asTheyAre(files: readonly string[]): Picture[] {
  return files.map((file) => ({ name: basename(file), make: async () => readFileSync(file) }))
}

function made(files: readonly string[], change: (picture: Sharp) => Sharp): Picture[] {
  return spread(files, each).map((file) => ({
    name: basename(file),
    make: () =>
      change(sharp(readFileSync(file)))
        .jpeg({ quality: 92 })
        .toBuffer(),
  }))
}

/** Cut-outs as one meets them: 640 pixels wide on a white page. */
function onWhite(files: readonly string[]): Picture[] {
  // Some files of the package are links that lead nowhere.
  const readable = files.filter((file) => existsSync(file) && sniff(readFileSync(file)) === 'png')
  return spread(readable, each).map((file) => ({
    name: basename(file),
    make: () =>
      sharp(readFileSync(file))
        .resize(640, 640, { fit: 'contain', background: '#ffffff' })
        .flatten({ background: '#ffffff' })
        .jpeg({ quality: 92 })
        .toBuffer(),
  }))
}

/** A portrait with a page of large letters to its right. */
function lettered(picture: Sharp): Sharp {
  const lines = ['OPEN', '80:02', '(o o)'].map((text, line) => ({
    input: { text: { text: `<b>${text}</b>`, width: 210, height: 60 } },
    left: 270,
    top: 20 + 75 * line,
  }))
  return picture.extend({ right: 250, background: '#ffffff' }).composite(lines)
}

/** Three press photographs in a row. @param cut pixels missing at the left, where the first face, twice as large, stands */
function groups(files: readonly string[], cut: number): Picture[] {
  return Array.from({ length: each }, (_, index) => {
    const three = files.slice(3 * index, 3 * index + 3)
    return {
      name: three.map((file) => basename(file)).join(' '),
      make: async () => {
        const near = cut > 0 ? 2 : 1
        const height = 250 * near
        const [first, ...rest] = await Promise.all(
          three.map((file, place) =>
            place === 0
              ? sharp(readFileSync(file))
                  .resize(height)
                  .extract({ left: near * cut, top: 0, width: height - near * cut, height })
                  .toBuffer()
              : sharp(readFileSync(file)).toBuffer(),
          ),
        )
        const left = height - near * cut
        return sharp({ create: { width: left + 500, height, channels: 3, background: '#8090a0' } })
          .composite([
            { input: first!, left: 0, top: 0 },
            ...rest.map((input, place) => ({ input, left: left + 250 * place, top: height - 250 })),
          ])
          .jpeg({ quality: 92 })
          .toBuffer()
      },
    }
  })
}

/** Children of UTKFace, no two of one picture. */
function pairsOfChildren(): [string, string][] {
  const folder = join(shared, 'data/traits/age-gender')
  const [, ...rows] = readFileSync(join(folder, 'labels.csv'), 'utf8').trim().split(/\r?\n/)
  const children = rows
    .map((row) => row.split(','))
    .filter(([, , age]) => Number(age) >= 4 && Number(age) <= 12)
    .map(([path = '']) => join(folder, path))
  const chosen = spread(children, 2 * each)
  return Array.from({ length: chosen.length >> 1 }, (_, pair) => [chosen[2 * pair]!, chosen[2 * pair + 1]!])
}
