import type { PassiveVerdict } from '../../decisions/passive.ts'
import type { Screening, ScreeningMatch } from '../../decisions/screening.ts'
import type { DetectedFace, FaceReport } from '../../engine/types.ts'
import { type Warning, warning } from './warnings.ts'

/** Probability of a bona fide capture, 0..1, below which a declined face is called an attack. */
const attackBelow = 0.1

/** An enrolled face that a search found, with the session it came from. */
export interface KnownFace extends ScreeningMatch {
  sessionId: string | null
  sessionNumber: number | null
  apiService: string | null
}

export function round(value: number, decimals: number): number {
  const factor = 10 ** decimals
  return Math.round(value * factor) / factor
}

/** A time as `2026-06-12T01:04:42.763237+00:00`. The clock has milliseconds; the vendor prints microseconds. */
export function toTimestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000+00:00')
}

/** The faces of a picture. `all` adds age, gender and race, which some calls leave out. */
export function toUserImage(report: FaceReport, detail: 'all' | 'without_race' | 'boxes') {
  return {
    entities: report.faces.map((face) => toEntity(face, report, detail)),
    best_angle: report.picture.turned as number,
  }
}

function toEntity(face: DetectedFace, { picture }: FaceReport, detail: 'all' | 'without_race' | 'boxes') {
  const { x, y, width, height } = face.box
  const clip = (value: number, most: number) => Math.round(Math.min(Math.max(value, 0), most))
  const place = {
    bbox: [
      clip(x, picture.width),
      clip(y, picture.height),
      clip(x + width, picture.width),
      clip(y + height, picture.height),
    ],
    confidence: round(face.confidence, 6),
  }
  if (detail === 'boxes') return place
  const traits = {
    age: face.traits ? round(face.traits.age.years, 2) : null,
    gender: face.traits?.gender.value ?? null,
  }
  return detail === 'all' ? { ...place, ...traits, race: null } : { ...place, ...traits }
}

/** Liveness as 0..100 with two decimals; null when the face was not judged. */
export function toScore(verdict: PassiveVerdict): number | null {
  return verdict.outcome === 'live' || verdict.outcome === 'spoof' ? round(100 * verdict.score, 2) : null
}

/** Warnings about the capture, in the vendor's order. A face that gave no score counts as 0. */
export function captureWarnings(verdict: PassiveVerdict, declineAtOrBelow: number): Warning[] {
  if (verdict.outcome === 'no_face') return [warning('NO_FACE_DETECTED')]
  const score = toScore(verdict) ?? 0
  const warnings: Warning[] = []
  if (score <= declineAtOrBelow) {
    warnings.push(warning('LOW_LIVENESS_SCORE'))
    if (verdict.outcome !== 'unjudgeable' && score < 100 * attackBelow)
      warnings.push(warning('LIVENESS_FACE_ATTACK'))
  }
  if (verdict.severalFaces) warnings.push(warning('MULTIPLE_FACES_DETECTED'))
  return warnings
}

/** Warnings about whom the face resembles. */
export function screeningWarnings({ blocked, duplicate }: Screening<KnownFace>): Warning[] {
  const warnings: Warning[] = []
  if (blocked) {
    const { match, certain } = blocked
    warnings.push(
      warning(certain ? 'FACE_IN_BLOCKLIST' : 'POSSIBLE_FACE_IN_BLOCKLIST', {
        blocklisted_session_id: match.sessionId,
        blocklisted_session_number: match.sessionNumber,
        api_service: match.apiService,
      }),
    )
  }
  if (duplicate) {
    const { match, certain } = duplicate
    warnings.push(
      warning(certain ? 'DUPLICATED_FACE' : 'POSSIBLE_DUPLICATED_FACE', {
        duplicated_session_id: match.sessionId,
        duplicated_session_number: match.sessionNumber,
        api_service: match.apiService,
      }),
    )
  }
  return warnings
}
