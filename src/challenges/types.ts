/**
 * The words of this folder.
 *
 * session: a person's few minutes to do some gestures before the camera.
 * attempt: one photo for each gesture; after one that failed, a session may allow another, with gestures of its own.
 * challenge: one gesture of a session; it takes exactly one photo.
 * selfie: a reference picture of the person, to which the photos are compared; the last one sent counts.
 * link: opens the capture page for one session, once; page: whoever opened it.
 * stream: what the page's camera sees, sampled around each photo; mark: proves that it goes on now.
 */
import type { Branding } from '../access/branding.ts'
import type { CheckCall } from '../checks/call.ts'
import type { Check } from '../checks/perform.ts'
import type { ChallengeFailure } from '../decisions/challenge.ts'
import type { Gesture } from '../decisions/gesture.ts'
import type { FaceReport } from '../engine/types.ts'
import type { KeptPictures } from '../records/submitted-pictures.ts'
import type { Burst, Frame } from './burst.ts'
import type { CameraSettings, Captured, CaptureSignal } from './signals.ts'

export interface Challenge {
  id: string
  gesture: Gesture
  /** Unix milliseconds; null before the photo came. */
  submittedAt: number | null
  /** Whether the photo did what was asked; null before the verdict. */
  passed: boolean | null
  /** Evidence kept of the photo; null when none is. */
  evidenceId: string | null
  /** How the photo came; null before it. */
  captured: Captured | null
  /** What speaks against a camera behind the photo; empty for plain uploads, of which nothing is known. */
  signals: CaptureSignal[]
}

export interface Consent {
  /** Unix milliseconds. */
  at: number
  /** SHA-256 of the text in UTF-8, hex. */
  digest: string
}

/** An attempt after which the person could try again. */
export interface FailedAttempt {
  code: ChallengeFailure
  /** Gesture of the photo at fault; null where none is. */
  gesture: Gesture | null
  /** One sentence for the person. */
  sentence: string
  /** Unix milliseconds. */
  at: number
}

export interface SessionVerdict {
  isAlive: boolean
  /** `page` where every photo of a challenge was captured there. */
  captured: Captured
  /** 0..1, as decisions/challenge.ts has it. */
  confidence: number
  antiSpoofScore: number
  /** Null when there were not two faces to compare. */
  faceMatchScore: number | null
  failure: { code: ChallengeFailure; photo: number | null } | null
  /** One sentence for the person; null when alive. */
  failureReason: string | null
}

export interface Session {
  /** Also the id of its check. */
  id: string
  /** Number of its check, which never repeats. */
  reference: number
  clientId: string
  /** Unguessable; names the session in the caller's requests. */
  token: string
  /** The caller's own id of the person. */
  userId: string
  /** The photos come as in a mirror: the subject's left is on the left of the picture. */
  mirrored: boolean
  /** `expired`: the time ran out before every photo had come. */
  state: 'created' | 'in_progress' | 'completed' | 'expired'
  /** Those of the present attempt. */
  challenges: Challenge[]
  /** The caller chose the gestures, which are the same in each attempt. */
  gesturesChosen: boolean
  /** How often the person may try. */
  attempts: number
  /** Oldest first; the verdict is that of the attempt after them. */
  failedAttempts: FailedAttempt[]
  /** A reference selfie has come. */
  hasSelfie: boolean
  /** Where the capture page sends the person afterwards. */
  returnUrl: string | null
  /** Who asks, where the session says so itself. */
  branding: Partial<Branding> | null
  /** What the person agreed to before the link was opened; null: nothing. */
  consent: Consent | null
  verdict: SessionVerdict | null
  /** Unix milliseconds. */
  createdAt: number
  /** Where the time runs from the opening of the link: until then, when the link ends. */
  expiresAt: number
  completedAt: number | null
}

export interface NewSession {
  clientId: string
  /** That of the client, for the check's row and the event of the verdict. */
  dialect: string
  userId: string
  mirrored?: boolean
  /** Different ones, in the order in which they are asked for, or how many are drawn. Default: three drawn. */
  gestures?: readonly Gesture[] | number
  /** From 1, the default. */
  attempts?: number
  /** http or https. */
  returnUrl?: string | null
  /** What the session says in place of its client. */
  branding?: Partial<Branding> | null
  /** Milliseconds, up to `maximumLife`. Default: `sessionLife`. */
  life?: number
  /** The time runs from the opening of the link, for which there is a day. */
  fromOpening?: boolean
}

/** Why a session does not take what was sent. */
export type Refusal =
  | 'completed'
  | 'expired'
  | 'challenge_unknown'
  | 'challenge_taken'
  | 'link_unknown'
  | 'stream_unknown'
  | 'upload_refused'

const sentences: Record<Refusal, string> = {
  completed: 'The session is completed.',
  expired: 'The session has expired.',
  challenge_unknown: 'The session has no such challenge.',
  challenge_taken: 'The challenge has its photo.',
  link_unknown: 'The link was used, has expired or never was.',
  stream_unknown: "The frames do not continue the session's stream.",
  upload_refused: 'The client takes only photos that the capture page made with a camera.',
}

export class SessionError extends Error {
  override readonly name = 'SessionError'
  readonly code: Refusal

  constructor(code: Refusal) {
    super(sentences[code])
    this.code = code
  }
}

/** The gesture that a person is to do now. */
export interface Prompt {
  challengeId: string
  gesture: Gesture
  /** Under which the photo's frames are chained. */
  mark: string
}

/** The person's attempts failed too often: the next may begin in `retryAfter` seconds. */
export class TooManyFailures extends Error {
  override readonly name = 'TooManyFailures'
  readonly retryAfter: number

  constructor(retryAfter: number) {
    super('Too many sessions of this person have failed.')
    this.retryAfter = retryAfter
  }
}

export interface ChallengeSessions {
  /**
   * Draws the challenges.
   * @throws CheckRefused no_balance when a billed client has no call left
   * @throws TooManyFailures
   */
  create(session: NewSession): Promise<Session>
  /** By id or token. @returns null when the client has no such session */
  find(clientId: string, idOrToken: string): Promise<Session | null>
  /** Newest first. @param page 1 is the first */
  listByUser(
    clientId: string,
    userId: string,
    page: number,
    limit: number,
  ): Promise<{ sessions: Session[]; total: number }>
  /**
   * The check that measures a photo and keeps its measurements; the last photo brings the verdict, which is stored
   * before `performCheck` resolves. It throws SessionError where the session does not take the photo, and TooManyFailures
   * where its attempt may not begin yet; after anything
   * else that is thrown, the challenge still waits for it. A later selfie replaces the one before.
   * @param read the photo of a request, and the session it is for
   */
  photoCheck(read: (call: CheckCall) => Promise<SubmittedPhoto>): PhotoCheck
  /** Makes the link of the capture page, in place of any before it. @throws SessionError when the session is over */
  makeLink(session: Session): Promise<string>
  /** The session of a link that waits to be opened, which stays so. @throws SessionError */
  readLink(link: string): Promise<Session>
  /**
   * Opens a link, which only works once.
   * @param agreed digest of the consent text that the person agreed to; absent: none was shown
   * @returns the page's key
   * @throws SessionError, or TooManyFailures, after which the link still waits to be opened
   */
  openLink(link: string, agreed?: string | null): Promise<{ key: string; session: Session }>
  /** Who asks: what the session says itself, and for the rest what its client has set. */
  brandingOf(session: Session): Promise<Branding>
  /** The session of the page that holds `key`. */
  findByPage(key: string): Promise<Session | null>
  /** Signs the results that the person takes to the caller's page; only the caller and the server know it. */
  returnSecret(session: Session): string
  /** The caller's page with a signed result; null where there is none, or while the session goes on. */
  returnAddress(session: Session): string | null
  /** Begins the stream of the page's camera, in place of any before it. @returns its first mark. @throws SessionError, TooManyFailures */
  beginStream(session: Session, camera: CameraSettings): Promise<string>
  /** Asks for the next gesture, at a moment that cannot be foretold. @throws SessionError */
  promptGesture(session: Session): Promise<Prompt>
  /** Erases what was measured in sessions that ran out. @returns how many photos */
  sweep(): Promise<number>
}

export interface SubmittedPhoto {
  session: Session
  /** null: the picture is the session's reference selfie. */
  challengeId: string | null
  picture: Uint8Array
  /** The frames around it, where the capture page made it; absent: it was uploaded. */
  burst?: Burst | undefined
}

/** A photo's frames, found to continue the stream of its session. */
export interface StreamedPhoto {
  signals: CaptureSignal[]
  /** The frame of the photo's own moment. */
  last: Frame
  link: string
}

/** A session that takes the photo. */
export interface PhotoPlace {
  session: Session
  /** Unix milliseconds at which the photo arrived. */
  submittedAt: number
  /** Null where the photo was uploaded. */
  streamed: StreamedPhoto | null
}

export interface PhotoFindings {
  report: FaceReport
  /** The picture itself; null: it is not kept. */
  kept: KeptPictures | null
  captured: Captured
  signals: CaptureSignal[]
}

export type PhotoCheck = Check<SubmittedPhoto, PhotoPlace, PhotoFindings, void, Session>
