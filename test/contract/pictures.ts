/** Pictures that say themselves what a stub engine sees in them. */
import {
  EngineError,
  type EngineErrorCode,
  PictureError,
  type PictureErrorCode,
} from '../../src/engine/errors.ts'
import type { Engine, FaceReport, Subject } from '../../src/engine/types.ts'
import { selfie, templateOf } from '../support/didit.ts'
import { until } from '../support/patience.ts'
import { stubEngine } from '../support/stub-engine.ts'

export interface Scene {
  faces?: number
  /** Liveness, 0..1. */
  score?: number
  years?: number
  /** Whose face it is. */
  person?: number
  /** How like that person's face, 0..1. */
  alike?: number
  subject?: Partial<Subject>
  /** Similarity of a pair whose first picture this is; null: one has no face. */
  similarity?: number | null
  throws?: PictureErrorCode | EngineErrorCode | 'something else'
}

const heads = {
  jpeg: Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
  png: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
}

export function pictureOf(scene: Scene = {}, format: keyof typeof heads = 'jpeg'): Buffer {
  return Buffer.concat([heads[format], Buffer.from(JSON.stringify(scene))])
}

/** Of no format that anything reads. */
export const noPicture = Buffer.from('GIF89a, more or less')

/** An engine that reads `pictureOf`'s pictures. It hides decoding, drawing, nets and workers; nothing else. */
export function sceneEngine(): Engine {
  return {
    ...stubEngine({
      analyse: reportOf,
      compare(first, second) {
        const { similarity = 0.912345 } = sceneOf(first)
        return { similarity, cosine: similarity, first: reportOf(first), second: reportOf(second, 'second') }
      },
    }),
    redraw: async (picture) => picture,
  }
}

function reportOf(picture: Uint8Array, which?: unknown): FaceReport {
  const { faces, score, years, person = 0, alike, subject = {}, throws } = sceneOf(picture)
  if (throws) throw errorOf(throws, which === 'second')
  const changes = { ...subject, template: templateOf(person, alike) }
  return selfie({
    ...changes,
    ...(faces === undefined ? {} : { faces }),
    ...(score === undefined ? {} : { score }),
    ...(years === undefined ? {} : { years }),
  })
}

function sceneOf(picture: Uint8Array): Scene {
  const bytes = Buffer.from(picture)
  const head = bytes[0] === heads.png[0] ? heads.png : heads.jpeg
  return JSON.parse(bytes.subarray(head.length).toString().replace(/\0+$/, ''))
}

function errorOf(code: NonNullable<Scene['throws']>, isSecond: boolean): Error {
  if (code === 'something else') return new Error('A fault that nobody foresaw.')
  if (!code.startsWith('picture')) return new EngineError(code as EngineErrorCode)
  const error = new PictureError(code as PictureErrorCode)
  error.which = isSecond ? 'second' : 'first'
  return error
}

/** The same, which waits with every analysis while `isHeld` says so. */
export function heldSceneEngine(isHeld: () => boolean): Engine {
  const engine = sceneEngine()
  return {
    ...engine,
    async analyse(...given) {
      await until(() => !isHeld())
      return engine.analyse(...given)
    },
  }
}
