import type { Session } from '../../challenges/types.ts'
import type { NewEvent } from '../../webhooks/types.ts'
import { roundScore } from '../common/numbers.ts'
import type { SessionAnswer } from './session-schemas.ts'
import { isoTime } from './times.ts'

export function toSessionAnswer(session: Session): SessionAnswer {
  const { id, userId, state, verdict, challenges, attempts, failedAttempts } = session
  const { createdAt, expiresAt, completedAt } = session
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
