import type { Branding } from '../../access/branding.ts'
import type { Session } from '../../challenges/types.ts'
import { isoTime } from '../../iso-time.ts'
import type { NewEvent } from '../../webhooks/types.ts'
import { roundScore } from '../common/numbers.ts'
import type { SessionAnswer, SessionRequest } from './session-schemas.ts'

export function toSessionAnswer(session: Session): SessionAnswer {
  const { id, userId, state, verdict, challenges, attempts, failedAttempts } = session
  const { createdAt, expiresAt, completedAt, consent } = session
  const failure = verdict?.failure ?? null
  const photo = failure?.photo ?? null
  return {
    id,
    person: userId,
    status: state,
    verdict: verdict && (verdict.isAlive ? 'pass' : 'fail'),
    confidence: verdict && roundScore(verdict.confidence),
    liveness_probability: verdict && roundScore(verdict.antiSpoofScore),
    match_probability: verdict?.faceMatchScore == null ? null : roundScore(verdict.faceMatchScore),
    reasons: failure
      ? [
          {
            code: failure.code,
            message: verdict?.failureReason ?? '',
            gesture: photo === null ? null : (challenges[photo]?.gesture ?? null),
          },
        ]
      : [],
    attempts,
    failed_attempts: failedAttempts.map(({ code, gesture, sentence }) => ({
      code,
      message: sentence,
      gesture,
    })),
    consent: consent && { given_at: isoTime(consent.at), text_sha256: consent.digest },
    captured: verdict?.captured ?? null,
    gestures: challenges.map(({ gesture, submittedAt, passed, captured, signals }) => ({
      gesture,
      submitted_at: submittedAt === null ? null : isoTime(submittedAt),
      passed,
      captured,
      capture_signals: signals,
    })),
    created_at: isoTime(createdAt),
    expires_at: isoTime(expiresAt),
    completed_at: completedAt === null ? null : isoTime(completedAt),
  }
}

/** What the session says in place of its client: what is null is the client's. */
export function toBranding(asked: SessionRequest['branding']): Partial<Branding> | null {
  if (!asked) return null
  const { name, logo, accent_color: accentColor, consent_text: consentText } = asked
  const named = Object.entries({ name, logo, accentColor, consentText }).filter(([, value]) => value !== null)
  return Object.fromEntries(named)
}

/** The event of a verdict. */
export function sessionEvent(session: Session): NewEvent {
  return {
    clientId: session.clientId,
    dialect: 'liveface',
    type: 'session.completed',
    payload: toSessionAnswer(session),
    subjectId: session.id,
  }
}
