import type { Box, FaceReport } from '../../engine/types.ts'
import { isoTime } from '../../iso-time.ts'
import { roundScore } from '../common/numbers.ts'
import type { Judged } from './judgements.ts'
import type { PictureName } from './reasons.ts'
import type { CheckAnswer, CheckType } from './schemas.ts'

type SeenPicture = CheckAnswer['pictures'][number]

/** What is known of a check apart from its pictures. */
export interface CheckFacts {
  id: string
  type: CheckType
  person: string | null
  /** Unix milliseconds. */
  time: number
}

export function toCheckAnswer(
  { id, type, person, time }: CheckFacts,
  judged: Judged,
  reports: Partial<Record<PictureName, FaceReport>>,
): CheckAnswer {
  const { verdict, probability, threshold, error_rates, reasons, warnings, cues, age, quality } = judged
  return {
    id,
    type,
    person,
    verdict,
    probability: probability === null ? null : roundScore(probability),
    threshold: threshold === null ? null : roundScore(threshold),
    error_rates: error_rates && {
      false_accept: significant(error_rates.false_accept),
      false_reject: significant(error_rates.false_reject),
    },
    reasons,
    warnings,
    cues: cues.map((cue) => ({ ...cue, score: cue.score === null ? null : roundScore(cue.score) })),
    age: age && { ...age, years: tenth(age.years), min: tenth(age.min), max: tenth(age.max) },
    quality: quality && { score: tenth(quality.score) },
    pictures: (Object.entries(reports) as [PictureName, FaceReport][]).map(([name, report]) =>
      toSeenPicture(name, report),
    ),
    created_at: isoTime(time),
  }
}

function toSeenPicture(name: PictureName, { picture, faces }: FaceReport): SeenPicture {
  const { format, width, height, bytes, sha256, cameraMarks } = picture
  const face = faces[0]
  return {
    ...{ name, captured: 'upload', format, width, height, bytes, sha256 },
    camera_marks: cameraMarks,
    faces: faces.length,
    face: face ? wholePixels(face.box) : null,
  }
}

function wholePixels({ x, y, width, height }: Box): Box {
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) }
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10
}

/** Two digits: rates of one in a million are no zeros, and no table knows more of them. */
function significant(value: number): number {
  return Number(value.toPrecision(2))
}
