import { likenessAt } from '../../../decisions/likeness.ts'
import { hasSeveralFaces, type PassiveVerdict } from '../../../decisions/passive.ts'
import type { Screening, ScreeningMatch } from '../../../decisions/screening.ts'
import { similarity } from '../../../engine/face/compare.ts'
import type { DetectedFace, FaceReport } from '../../../engine/types.ts'
import type { Match } from '../../../gallery/types.ts'
import type { StoredMatch } from '../matches.ts'
import type { Session } from '../sessions/records.ts'
import { type Warning, warning } from '../warnings.ts'

/** Score, 0..100, below which a face is called an attack, whatever threshold the caller set. */
const attackBelow = 10

/** An enrolled face that a search found, with the session it came from where that still exists. */
export interface KnownFace extends ScreeningMatch {
  source: Match['kind']
  vendorData: string | null
  /** Unix milliseconds at which it was enrolled. */
  createdAt: number
  checkId: string | null
  session: Session | null
}

/**
 * @param years estimated age of whoever was searched for
 * @param sessions by id, as far as they were looked up
 */
export function toKnownFace(match: Match, years: number, sessions: ReadonlyMap<string, Session>): KnownFace {
  const { id, kind, list, approved, vendorData, createdAt, checkId } = match
  return {
    id,
    similarity: likenessAt(similarity(match.cosine), years),
    list,
    approved,
    source: kind,
    vendorData,
    createdAt,
    checkId,
    session: (checkId && sessions.get(checkId)) || null,
  }
}

export function round(value: number, decimals: number): number {
  const factor = 10 ** decimals
  return Math.round(value * factor) / factor
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

/** Quality and luminance of the subject, 0..100; null without a face. */
export function toCapture({ subject }: FaceReport) {
  return {
    face_quality: subject && round(subject.quality.score, 2),
    face_luminance: subject && round(subject.quality.luminance, 2),
  }
}

/** Age of the subject in years, two decimals; null without one. */
export function toAge({ subject }: FaceReport): number | null {
  return subject?.allTraits ? round(subject.allTraits.age.years, 2) : null
}

/**
 * Warnings about the liveness of a face. One that gave no score counts as 0: what can't be judged is not
 * let through.
 */
export function livenessWarnings(verdict: PassiveVerdict, declineAtOrBelow: number): Warning[] {
  const score = toScore(verdict)
  return [
    ...((score ?? 0) <= declineAtOrBelow ? [warning('LOW_LIVENESS_SCORE')] : []),
    ...(score !== null && score < attackBelow ? [warning('LIVENESS_FACE_ATTACK')] : []),
  ]
}

export function severalFacesWarnings({ faces }: FaceReport): Warning[] {
  return hasSeveralFaces(faces) ? [warning('MULTIPLE_FACES_DETECTED')] : []
}

/** Warnings about whom the face resembles. */
export function screeningWarnings({ blocked, duplicate }: Screening<KnownFace>): Warning[] {
  const facts = ({ checkId, session }: KnownFace, kind: 'blocklisted' | 'duplicated') => ({
    [`${kind}_session_id`]: checkId,
    [`${kind}_session_number`]: session?.number ?? null,
    api_service: session?.service ?? null,
  })
  return [
    ...(blocked
      ? [
          warning(
            blocked.certain ? 'FACE_IN_BLOCKLIST' : 'POSSIBLE_FACE_IN_BLOCKLIST',
            facts(blocked.match, 'blocklisted'),
          ),
        ]
      : []),
    ...(duplicate
      ? [
          warning(
            duplicate.certain ? 'DUPLICATED_FACE' : 'POSSIBLE_DUPLICATED_FACE',
            facts(duplicate.match, 'duplicated'),
          ),
        ]
      : []),
  ]
}

export function toStoredMatch({ checkId, similarity: value, source, list }: KnownFace): StoredMatch {
  return {
    checkId,
    similarity: round(100 * value, 2),
    source,
    blocked: list === 'block',
    allowed: list === 'allow',
  }
}
