import type { FaceReport, QualityFault, Scene, Subject } from '../engine/types.ts'
import { type Gesture, type GestureVerdict, isNeutral, judgeGesture } from './gesture.ts'
import { likenessAt, looksUnderage, yearsOf } from './likeness.ts'
import { type CompareScenes, judgeOneStill } from './one-still.ts'
import { hasSeveralFaces } from './passive.ts'
import { isSameStill, templateOf } from './reuse.ts'

/** One photo a person submitted for one challenge. */
export interface ChallengePhoto {
  gesture: Gesture
  /** Measured with template, traits, liveness and scene. */
  report: FaceReport
  /** Milliseconds since the epoch. */
  submittedAt: number
  /** The same bytes or a near-duplicate were submitted to an earlier session. */
  reused: boolean
}

export interface ChallengeSession {
  /** One photo per challenge, in the order they were asked for. */
  photos: readonly ChallengePhoto[]
  /** The selfie the person gave beforehand; measured with template, and with traits to serve as the neutral photo. */
  reference?: { report: FaceReport; reused: boolean } | undefined
  /** Milliseconds since the epoch. */
  expiresAt: number
  /** The photos were stored as a mirror shows them. */
  mirrored?: boolean
}

export interface ChallengePolicy {
  /** Liveness probability, 0..1, from which a photo counts as bona fide. */
  livenessThreshold: number
  /** Similarity, 0..1, from which two faces count as one person. */
  matchThreshold: number
  /** The engine's calibrated similarity, 0..1, of two templates. */
  similarity: (first: Float32Array, second: Float32Array) => number
  /** Tells photos made of one still from photos taken one after the other; null: nobody looks. */
  compareScenes: CompareScenes | null
  /**
   * Milliseconds that must lie between a session's photos, which must then come in the order asked for; 0: photos may come
   * in any order and at once.
   */
  pace: number
}

/** Why a session fails; a closed set. */
export const challengeFailures = [
  'no_photo',
  'late',
  'hasty',
  'no_face',
  'several_faces',
  'unjudgeable',
  'reused',
  'same_still',
  'other_person',
  'spoof',
  'gesture',
] as const
export type ChallengeFailure = (typeof challengeFailures)[number]

/** Did the session fail because its photos look like a fake, whichever check said so? */
export function looksFake(code: ChallengeFailure): boolean {
  return code === 'reused' || code === 'same_still' || code === 'spoof'
}

export interface ChallengeVerdict {
  isAlive: boolean
  /**
   * 0..1: the mean of the two scores below, cut down by the weakest gesture where one was refused, and 0 where a photo
   * was late, missing, faceless, re-used or could not be judged. A session that is not alive stays below 0.5.
   */
  confidence: number
  /** The weakest photo's liveness probability; 0 when a photo could not be judged. */
  antiSpoofScore: number
  /** The weakest pair's similarity, the reference selfie included; null with fewer than two faces to compare. */
  faceMatchScore: number | null
  /** Per photo, in order; null where there is no face to judge. */
  gestures: (GestureVerdict | null)[]
  /** The first check that failed, with the place of the photo (0-based; null: the reference selfie or the whole session). */
  failure: { code: ChallengeFailure; photo: number | null } | null
  /** The same in a sentence the person can act on. */
  failureReason: string | null
}

/**
 * Judges a whole session. Pure: the same reports, times and flags give the same verdict.
 *
 * The checks run from what no honest person can repair to what a better photo repairs: in time, a face in each photo,
 * no photo used twice, one person, bona fide, and last the gestures. The first one that fails is the reason.
 *
 * @throws RangeError when a report lacks a measurement that was to be judged
 */
export function judgeChallenge(session: ChallengeSession, policy: ChallengePolicy): ChallengeVerdict {
  const { photos, reference } = session
  const subjects = photos.map(({ report }) => report.subject)
  const antiSpoofScore = subjects.length === 0 ? 0 : Math.min(...subjects.map(livenessOf))
  const people = [...subjects, reference?.report.subject ?? null].filter((subject) => subject !== null)
  const faceMatchScore = weakestPair(people, policy)
  const neutral = reference?.report.subject
  const options = {
    mirrored: session.mirrored ?? false,
    ...(neutral && isNeutral(neutral) ? { neutral } : {}),
  }
  const gestures = photos.map(({ gesture }, index) => {
    const subject = subjects[index]
    return subject ? judgeGesture(gesture, subject, options) : null
  })
  const failure =
    findFault(session) ??
    findHaste(session, policy) ??
    findReuse(session) ??
    findOneStill(subjects, policy) ??
    findMismatch(faceMatchScore, people, policy) ??
    findSpoof(subjects, policy) ??
    findGesture(photos, gestures)
  return {
    isAlive: failure === null,
    confidence: confidenceOf(failure, antiSpoofScore, faceMatchScore, gestures),
    antiSpoofScore,
    faceMatchScore,
    gestures,
    failure: failure && { code: failure.code, photo: failure.photo },
    failureReason: failure?.sentence ?? null,
  }
}

interface Failure {
  code: ChallengeFailure
  photo: number | null
  sentence: string
}

/** Late, missing, faceless, crowded or unreadable photos. */
function findFault({ photos, reference, expiresAt }: ChallengeSession): Failure | null {
  if (photos.length === 0)
    return { code: 'no_photo', photo: null, sentence: 'No photo was submitted. Please start again.' }
  const late = photos.findIndex(({ submittedAt }) => submittedAt > expiresAt)
  if (late >= 0)
    return { code: 'late', photo: late, sentence: 'The time for this session is over. Please start again.' }
  for (const [photo, { report, gesture }] of photos.entries()) {
    const failure = faceFault(report, photo, `the ${gesture} photo`)
    if (failure) return failure
    const { liveness } = report.subject!
    if (liveness && !liveness.judged)
      return { code: 'unjudgeable', photo, sentence: `In the ${gesture} photo ${advice[liveness.reason]}` }
  }
  return reference ? faceFault(reference.report, null, 'the reference selfie') : null
}

function faceFault(report: FaceReport, photo: number | null, name: string): Failure | null {
  if (!report.subject)
    return { code: 'no_face', photo, sentence: `No face was found in ${name}. Please face the camera.` }
  if (hasSeveralFaces(report.faces))
    return {
      code: 'several_faces',
      photo,
      sentence: `Several faces are in ${name}. Please be alone in the picture.`,
    }
  return null
}

const advice: Record<QualityFault, string> = {
  face_unclear: 'no face is to be seen clearly. Please show your whole face, uncovered.',
  face_too_small: 'the face is too small. Please come closer.',
  face_too_large: 'the face is too close. Please move back a little.',
  face_cut_off: 'the face is cut off. Please bring the whole face into the picture.',
  too_dark: 'there is too little light. Please find a brighter place.',
  too_bright: 'there is too much light. Please turn away from it.',
  blurred: 'the picture is blurred. Please hold still and wipe the lens.',
  extreme_pose: 'the head is turned too far. Please turn it a little less.',
  occluded: 'something covers the face. Please uncover it.',
}

/** Nobody turns the head and smiles within a blink, or smiles before being asked to. */
function findHaste({ photos }: ChallengeSession, { pace }: ChallengePolicy): Failure | null {
  if (pace === 0) return null
  const photo = photos.findIndex(
    ({ submittedAt }, index) => index > 0 && submittedAt - photos[index - 1]!.submittedAt < pace,
  )
  if (photo < 0) return null
  const sentence = 'The photos came too fast or out of order. Please take one after the other, as asked.'
  return { code: 'hasty', photo, sentence }
}

/** A photo known from an earlier session, or one still that serves for several photos. */
function findReuse({ photos, reference }: ChallengeSession): Failure | null {
  const known = photos.findIndex(({ reused }) => reused)
  if (known >= 0) return reuse(known)
  if (reference?.reused) return reuse(null)
  const reports = photos.map(({ report }) => report)
  if (reference) reports.unshift(reference.report)
  for (let second = 1; second < reports.length; second++)
    for (let first = 0; first < second; first++)
      if (isSameStill(reports[first]!, reports[second]!)) return still(second - (reference ? 1 : 0))
  return null
}

/** For whatever looks like a fake: which check caught it would teach the next attempt. */
const takeThemNow =
  'The photos could not be accepted. Please take each of them now, with the camera, of yourself moving as asked.'

function reuse(photo: number | null): Failure {
  return { code: 'reused', photo, sentence: takeThemNow }
}

function still(photo: number): Failure {
  return { code: 'same_still', photo, sentence: takeThemNow }
}

/** Several photos made of one picture: nothing but the faces moves. */
function findOneStill(subjects: readonly (Subject | null)[], policy: ChallengePolicy): Failure | null {
  const { compareScenes } = policy
  if (!compareScenes) return null
  const scenes = subjects.filter((subject) => subject !== null).map(sceneOf)
  switch (judgeOneStill(scenes, compareScenes)) {
    case 'no':
      return null
    case 'yes':
      return { code: 'same_still', photo: null, sentence: takeThemNow }
    case 'unknown':
      return {
        code: 'unjudgeable',
        photo: null,
        sentence: 'Too little is to be seen around the face. Please move back a little for every photo.',
      }
  }
}

function sceneOf({ scene }: Subject): Scene {
  if (!scene) throw new RangeError('The report holds no scene.')
  return scene
}

function findMismatch(
  score: number | null,
  people: readonly Subject[],
  { matchThreshold }: ChallengePolicy,
): Failure | null {
  if (score === null || score >= matchThreshold) return null
  const sentence = looksUnderage(yearsOfAll(people))
    ? 'The photos are not surely of the same person, who looks too young to be told from others. Please take every photo of yourself.'
    : 'The photos do not show the same person. Please take every photo of yourself.'
  return { code: 'other_person', photo: null, sentence }
}

function findSpoof(
  subjects: readonly (Subject | null)[],
  { livenessThreshold }: ChallengePolicy,
): Failure | null {
  const photo = subjects.findIndex((subject) => livenessOf(subject) < livenessThreshold)
  if (photo < 0) return null
  return { code: 'spoof', photo, sentence: takeThemNow }
}

function findGesture(
  photos: readonly ChallengePhoto[],
  verdicts: readonly (GestureVerdict | null)[],
): Failure | null {
  const photo = verdicts.findIndex((verdict) => verdict !== null && !verdict.satisfied)
  if (photo < 0) return null
  const sentence = `Challenge ${photos[photo]!.gesture} not satisfied: ${verdicts[photo]!.reason}.`
  return { code: 'gesture', photo, sentence }
}

function confidenceOf(
  failure: Failure | null,
  antiSpoof: number,
  faceMatch: number | null,
  gestures: readonly (GestureVerdict | null)[],
): number {
  const mean = faceMatch === null ? antiSpoof : (antiSpoof + faceMatch) / 2
  if (!failure) return mean
  if (!['other_person', 'spoof', 'gesture'].includes(failure.code)) return 0
  const weakest = Math.min(...gestures.map((verdict) => verdict?.score ?? 0))
  return Math.min(0.49, mean * Math.min(1, 2 * weakest))
}

/** 0 where there is no face or it could not be judged: a missing score must not raise the weakest. */
function livenessOf(subject: Subject | null): number {
  if (!subject) return 0
  if (!subject.liveness) throw new RangeError('The report holds no liveness measurement.')
  return subject.liveness.judged ? subject.liveness.score : 0
}

/** As it counts at the age that all photos together say. */
function weakestPair(people: readonly Subject[], { similarity }: ChallengePolicy): number | null {
  const templates = people.map(templateOf)
  let weakest: number | null = null
  for (let second = 1; second < templates.length; second++)
    for (let first = 0; first < second; first++)
      weakest = Math.min(weakest ?? 1, similarity(templates[first]!, templates[second]!))
  return weakest && likenessAt(weakest, yearsOfAll(people))
}

function yearsOfAll(people: readonly Subject[]): number {
  return yearsOf(...people.map((subject) => ({ subject, faces: [] })))
}
