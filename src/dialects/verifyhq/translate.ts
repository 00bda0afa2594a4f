import type { Session, SessionVerdict } from '../../challenges/types.ts'
import type { Gesture } from '../../decisions/gesture.ts'
import { roundScore } from '../common/numbers.ts'
import type { ChallengeAnswer, CheckAnswer, SessionAnswer } from './schemas.ts'

/** What each challenge asks of the person, in the vendor's words. */
const instructions: Record<Gesture, string> = {
  TURN_LEFT: 'Turn your head to the left',
  TURN_RIGHT: 'Turn your head to the right',
  LOOK_UP: 'Look upward',
  SMILE: 'Smile naturally',
  BLINK: 'Blink both eyes',
  OPEN_MOUTH: 'Open mouth slightly',
}

const states: Record<Session['state'], CheckAnswer['status']> = {
  created: 'CREATED',
  in_progress: 'IN_PROGRESS',
  completed: 'COMPLETED',
  expired: 'EXPIRED',
}

/** `2025-01-15T10:40:00Z`: whole seconds, as the vendor writes times. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
}

export function toSessionAnswer({ token, expiresAt, challenges }: Session): SessionAnswer {
  return {
    sessionToken: token,
    expiresAt: isoTime(expiresAt),
    challenges: challenges.map(({ id, gesture }) => ({
      id,
      type: gesture,
      instruction: instructions[gesture],
    })),
    instructions:
      'Submit a photo for each challenge using POST /verifications/liveness/challenge. Complete all challenges within 10 minutes.',
  }
}

export function toChallengeAnswer({ token, challenges, verdict }: Session): ChallengeAnswer {
  const total = challenges.length
  const completed = challenges.filter(({ submittedAt }) => submittedAt !== null).length
  const head = { sessionToken: token, challengesCompleted: completed, challengesTotal: total }
  if (!verdict) {
    const left = `Submit photo for remaining ${total - completed} challenge(s)`
    return { ...head, status: 'IN_PROGRESS', isComplete: false, nextStep: left }
  }
  return { ...head, status: 'COMPLETED', isComplete: true, result: toResult(verdict) }
}

function toResult({ isAlive, confidence, antiSpoofScore, faceMatchScore, failureReason }: SessionVerdict) {
  return {
    isAlive,
    confidence: roundScore(confidence),
    antiSpoofScore: roundScore(antiSpoofScore),
    // The vendor's clients expect a number: nothing to compare is no match.
    faceMatchScore: roundScore(faceMatchScore ?? 0),
    failureReason,
  }
}

/** @param photoUrl link to a kept photo by the id of its evidence, or null to give none */
export function toCheckAnswer(
  session: Session,
  photoUrl: (evidenceId: string) => string | null,
): CheckAnswer {
  const { verdict } = session
  const result = verdict ? toResult(verdict) : null
  return {
    id: session.id,
    userId: session.userId,
    sessionToken: session.token,
    challenges: session.challenges.map(({ id, gesture, evidenceId, submittedAt, passed }) => ({
      id,
      type: gesture,
      instruction: instructions[gesture],
      photoUrl: evidenceId === null ? null : photoUrl(evidenceId),
      submittedAt: submittedAt === null ? null : isoTime(submittedAt),
      passed,
    })),
    isAlive: result?.isAlive ?? null,
    confidence: result?.confidence ?? null,
    antiSpoofScore: result?.antiSpoofScore ?? null,
    faceMatchScore: result?.faceMatchScore ?? null,
    status: states[session.state],
    failureReason: result?.failureReason ?? null,
    completedAt: session.completedAt === null ? null : isoTime(session.completedAt),
    createdAt: isoTime(session.createdAt),
  }
}

/** A check as the vendor's list of identities has it: what was verified here is that a person was there. */
export function toIdentity(session: Session) {
  const status = session.verdict ? (session.verdict.isAlive ? 'VERIFIED' : 'REJECTED') : session.state
  return {
    id: session.id,
    userId: session.userId,
    status: status === 'created' ? 'PENDING' : (status.toUpperCase() as Uppercase<typeof status>),
    livenessCheckId: session.id,
    createdAt: isoTime(session.createdAt),
  }
}

/** `client_` and the id's hex digits, as the vendor's ids look. */
export function toVendorId(prefix: 'client' | 'wh', id: string): string {
  return `${prefix}_${id.replaceAll('-', '')}`
}

/** Undoes `toVendorId`. @returns null when the text is no such id */
export function fromVendorId(prefix: 'client' | 'wh', text: string): string | null {
  const match = new RegExp(
    `^(?:${prefix}_)?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$`,
  ).exec(text)
  return match ? match.slice(1).join('-') : null
}
