import { createHash } from 'node:crypto'
import type { Gesture } from '../../src/decisions/gesture.ts'
import { PictureError } from '../../src/engine/errors.ts'
import { cameraMarks } from '../../src/engine/picture/camera-marks.ts'
import type { FaceReport, Scene, Subject, Traits } from '../../src/engine/types.ts'
import { goodSubject, stubReport } from './stub-engine.ts'

/** What a photo is made to show. Everything left out is as on a good photo of person 0 looking ahead. */
export interface Act {
  gesture?: Gesture
  person?: number
  liveness?: number
  faces?: number
  /** 16 hex digits; default: made from the bytes, so far from any other. */
  fingerprint?: string
  /** Photos with the same word here show the same picture around the face. Default: each shows its own. */
  scene?: string
  /** Photos with the same word here are copies of one picture. Default: each is its own. */
  copyOf?: string
  broken?: boolean
  /** The file carries the marks of a camera. */
  camera?: boolean
  /** No camera took the face as it is. */
  drawn?: boolean
  /** Makes the bytes differ and nothing else. */
  salt?: string
}

/** Eight pixels each way, all of one grey. */
export const greyJpeg = Buffer.from(
  '/9j/2wBDABAQEBAREBIUFBIZGxgbGSUiHx8iJTgoKygrKDhVNT41NT41VUtbSkVKW0uHal5eaoecg3yDnL2pqb3u4u7/////2wBDARAQEBAREBIUFBIZGxgbGSUiHx8iJTgoKygrKDhVNT41NT41VUtbSkVKW0uHal5eaoecg3yDnL2pqb3u4u7/////wgARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAP/xAAUAQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIQAxAAAACYP//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAT8Af//EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQIBAT8Af//EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQMBAT8Af//Z',
  'base64',
)
const jpegStart = greyJpeg.subarray(0, 2)
const comment = Buffer.from([0xff, 0xfe])

/** A JPEG with what `analyseAct` shall see in a comment before its pixels. */
export function actedPhoto(act: Act = {}): Buffer {
  const { salt = String(Math.random()), ...rest } = act
  const text = Buffer.from(JSON.stringify({ ...rest, salt }))
  const length = Buffer.alloc(2)
  length.writeUInt16BE(text.length + 2)
  return Buffer.concat([jpegStart, comment, length, text, greyJpeg.subarray(2)])
}

/** Was it made by `actedPhoto`? */
export function isActed(picture: Uint8Array): boolean {
  return comment.equals(picture.subarray(2, 4))
}

/** The `analyse` of a stub engine for photos of `actedPhoto`. @throws PictureError for a broken one */
export function analyseAct(picture: Uint8Array): FaceReport {
  const file = Buffer.from(picture)
  const text = file.subarray(6, 4 + file.readUInt16BE(4))
  const act: Act = JSON.parse(text.toString())
  if (act.broken) throw new PictureError('picture_damaged')
  // Of the act alone: recorded scores must not depend on the file that carries it.
  const sha256 = createHash('sha256').update('ffd8ffe0', 'hex').update(text).digest('hex')
  const report = stubReport({ faces: act.faces ?? 1, subject: subjectOf(act, sha256) })
  const fingerprint = act.fingerprint ?? sha256.slice(0, 16)
  return {
    ...report,
    picture: { ...report.picture, sha256, fingerprint, cameraMarks: act.camera ? [...cameraMarks] : [] },
  }
}

function subjectOf(act: Act, sha256: string): Partial<Subject> {
  const { gesture, person = 0, liveness = 0.95 } = act
  const yes = { value: true, confidence: 0.96 }
  const no = { value: false, confidence: 0.96 }
  const yaw = gesture === 'TURN_LEFT' ? 28 : gesture === 'TURN_RIGHT' ? -28 : 0
  const eyes = gesture === 'BLINK' ? no : yes
  const shift = Number.parseInt(sha256.slice(0, 4), 16) / 65536
  return {
    mesh: Float32Array.from(
      { length: 468 * 3 },
      (_, i) => 200 + 100 * Math.sin(i) + (i % 3 < 2 ? 200 * shift : 0),
    ),
    pose: { yaw, pitch: gesture === 'LOOK_UP' ? 24 : 0, roll: 0 },
    template: templateOf(person, sha256),
    scene: sceneOf(act.scene ?? sha256),
    imprint: imprintOf(act.copyOf ?? sha256),
    liveness: { judged: true, score: liveness, cues: act.drawn ? [drawnCue] : [] },
    allTraits: {
      ...(goodSubject().allTraits as Traits),
      eyewear: { value: 'none', confidence: 0.98 },
      leftEyeOpen: eyes,
      rightEyeOpen: eyes,
      mouthOpen: gesture === 'OPEN_MOUTH' ? yes : no,
      smile: gesture === 'SMILE' ? yes : no,
    },
  }
}

const drawnCue = { name: 'photograph', score: 0.35, note: 'It looks drawn.' }

/** A face's outline before a pattern of its own for each word. */
function sceneOf(word: string): Scene {
  const tiles = createHash('sha512').update(word).digest()
  const grey = Uint8Array.from({ length: 128 * 128 }, (_, i) => {
    const [x, y] = [i % 128, Math.floor(i / 128)]
    return 60 + (tiles[(Math.floor(x / 5) * 7 + Math.floor(y / 5) * 13) % tiles.length]! >> 1)
  })
  const points = Float32Array.from({ length: 2 * 56 }, (_, i) => {
    const angle = (Math.floor(i / 2) * Math.PI) / 18 - Math.PI / 2
    const radius = i < 72 ? 24 : 8
    return 64 + radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle))
  })
  return { grey, points }
}

/** Detail of chance, its own for each word. */
function imprintOf(word: string): Uint8Array {
  return new Uint8Array(createHash('shake256', { outputLength: 6400 }).update(word).digest())
}

/** Unit vectors: of one person close (cosine about 0.94, never so close as copies are), of two people at right angles. */
function templateOf(person: number, sha256: string): Float32Array {
  const noise = Buffer.from(sha256, 'hex')
  const template = new Float32Array(128)
  template[person] = 1
  noise.forEach((byte, i) => {
    template[96 + i] = (byte / 255 - 0.5) * 0.15
  })
  const length = Math.hypot(...template)
  return template.map((value) => value / length)
}
