import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Burst } from '../challenges/burst.ts'
import { consentDigest } from '../challenges/index.ts'
import { type FailedAttempt, type Session, SessionError, TooManyFailures } from '../challenges/types.ts'
import { callOf } from '../checks/call.ts'
import { performCheck } from '../checks/perform.ts'
import { type RefusalCode, refusalOf } from '../checks/refusals.ts'
import { looksFake } from '../decisions/challenge.ts'
import type { Gesture } from '../decisions/gesture.ts'
import { takeFromAddress } from '../dialects/common/limits.ts'
import type { Services } from '../dialects/dialect.ts'
import { readJson } from '../receive/body.ts'
import { MultipartError, readMultipart } from '../receive/multipart.ts'
import { setRetryAfter } from '../receive/retry-after.ts'
import { allowOrigins, answerPreflights } from './embedding.ts'

const fileLimit = 10 * 1024 * 1024

/** Every failure that the capture page can meet, by a name it has a sentence for. */
const statuses = {
  link_unknown: 410,
  expired: 410,
  completed: 409,
  challenge_taken: 409,
  challenge_unknown: 404,
  stream_unknown: 409,
  consent_missing: 409,
  upload_refused: 403,
  key_unknown: 401,
  picture: 422,
  request: 400,
  too_many: 429,
  busy: 503,
  internal: 500,
} as const

type Code = keyof typeof statuses

const refusals: Record<RefusalCode, Code> = {
  picture_unreadable: 'picture',
  picture_too_many_pixels: 'picture',
  erased: 'expired',
  busy: 'busy',
  internal: 'internal',
  // Paid when the session began, and named by it.
  no_balance: 'internal',
  id_taken: 'internal',
}

class CaptureError extends Error {
  override readonly name = 'CaptureError'
  readonly code: Code
  readonly retryAfter: number | undefined

  constructor(code: Code, retryAfter?: number) {
    super(code)
    this.code = code
    this.retryAfter = retryAfter
  }
}

/**
 * What the capture page asks for. It holds a key of its own session in place of an API key, got once for the link.
 * Registered under /capture/api.
 */
export async function registerCaptureApi(app: FastifyInstance, services: Services): Promise<void> {
  const { challenges } = services
  const viewOf = (session: Session) => toView(session, challenges.returnAddress(session))

  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) =>
    sendFailure(reply, translate(error, request)),
  )
  // First, so that refusals can be read too.
  allowOrigins(app, services.config.pages.captureOrigins)
  answerPreflights(app, services.config.pages.captureOrigins)
  app.addHook('onRequest', async (request) => {
    const { allowed, retryAfter } = takeFromAddress(request, services)
    if (!allowed) throw new CaptureError('too_many', retryAfter)
  })

  async function sessionOf(request: FastifyRequest): Promise<Session> {
    const key = /^Bearer ([\w-]{20,64})$/.exec(request.headers.authorization ?? '')?.[1]
    const session = key && (await challenges.findByPage(key))
    if (!session) throw new CaptureError('key_unknown')
    return session
  }

  /** Who asks, and what the person is to agree to. */
  async function welcomeOf(session: Session) {
    const { name, logo, accentColor, consentText: text } = await challenges.brandingOf(session)
    return { name, logo, accentColor, consent: text === null ? null : { text, sha256: consentDigest(text) } }
  }

  // Whoever has no key yet sends a link and nothing else.
  app.post('/open', { bodyLimit: 1024 }, async (request) => {
    const { link, consent } = await readLinkBody(request)
    const { consent: asked } = await welcomeOf(await challenges.readLink(link))
    if (asked && consent !== asked.sha256) throw new CaptureError('consent_missing')
    const { key, session } = await challenges.openLink(link, asked?.sha256 ?? null)
    return { key, session: viewOf(session) }
  })

  // What is shown before the link is opened; also to a page that has opened it and was loaded again.
  app.post('/welcome', { bodyLimit: 1024 }, async (request) => {
    if (request.headers.authorization)
      return { ...(await welcomeOf(await sessionOf(request))), consent: null }
    const { link } = await readLinkBody(request)
    return welcomeOf(await challenges.readLink(link))
  })

  app.get('/session', async (request) => viewOf(await sessionOf(request)))

  app.post('/stream', { bodyLimit: 1024 }, async (request) => {
    const session = await sessionOf(request)
    const { label, hasDevice } = ((await readJson(request)) ?? {}) as { label?: unknown; hasDevice?: unknown }
    if (typeof label !== 'string' || typeof hasDevice !== 'boolean') throw new CaptureError('request')
    return { mark: await challenges.beginStream(session, { label, hasDevice }) }
  })

  app.post('/prompt', { bodyLimit: 1024 }, async (request) =>
    challenges.promptGesture(await sessionOf(request)),
  )

  app.post('/photo', async (request, reply) => {
    const session = await sessionOf(request)
    const check = challenges.photoCheck(async () => {
      const { challengeId, photo, burst } = await readPhoto(request)
      if (!challengeId) throw new CaptureError('request')
      return { session, challengeId, picture: photo, burst }
    })
    return viewOf(await performCheck(check, callOf(reply, { id: session.clientId }), services))
  })

  app.post('/selfie', async (request, reply) => {
    const session = await sessionOf(request)
    const check = challenges.photoCheck(async () => {
      const { photo, burst } = await readPhoto(request)
      return { session, challengeId: null, picture: photo, burst }
    })
    // The caller's own selfie counts for more than one that the page took by itself.
    const answerUnseen = () => (session.hasSelfie ? session : null)
    return viewOf(
      await performCheck({ ...check, answerUnseen }, callOf(reply, { id: session.clientId }), services),
    )
  })
}

/** What the person at the page may know of the session: no name, no score, and its id only in the way back. */
function toView(session: Session, returnUrl: string | null) {
  const { verdict, failedAttempts, challenges } = session
  const photo = verdict?.failure?.photo ?? null
  const gesture = photo === null ? null : (challenges[photo]?.gesture ?? null)
  const failed = failedAttempts.at(-1)
  return {
    state: session.state,
    expiresInMs: Math.max(0, session.expiresAt - Date.now()),
    hasSelfie: session.hasSelfie,
    // Not which gestures: each is told when it is asked for, so that none can be prepared.
    challenges: challenges.map(({ id, submittedAt }) => ({ id, submitted: submittedAt !== null })),
    result: verdict && toResult(verdict.failure && { ...verdict.failure, gesture }, verdict.failureReason),
    attempt: failedAttempts.length + 1,
    /** How the attempt before this one ended; null in the first. */
    failed: failed ? toResult(failed, failed.sentence) : null,
    returnUrl,
  }
}

/** For whatever looks like a fake one name and no place: which check caught it would teach the next attempt. */
function toResult(
  failure: Pick<FailedAttempt, 'code' | 'gesture'> | null,
  sentence: string | null,
): { passed: boolean; failure: string | null; gesture: Gesture | null; sentence: string | null } {
  if (!failure) return { passed: true, failure: null, gesture: null, sentence }
  if (looksFake(failure.code)) return { passed: false, failure: 'not_accepted', gesture: null, sentence }
  return { passed: false, failure: failure.code, gesture: failure.gesture, sentence }
}

interface SentPhoto {
  /** Empty where the form has none. */
  challengeId: string
  photo: Buffer
  burst: Burst | undefined
}

async function readLinkBody(request: FastifyRequest): Promise<{ link: string; consent: unknown }> {
  const { link, consent } = ((await readJson(request)) ?? {}) as { link?: unknown; consent?: unknown }
  if (typeof link !== 'string' || !/^[\w-]{20,64}$/.test(link)) throw new CaptureError('link_unknown')
  return { link, consent }
}

async function readPhoto(request: FastifyRequest): Promise<SentPhoto> {
  const { fields, files } = await readMultipart(request, { fileSize: fileLimit, files: 2, fields: 2 })
  const file = files.get('photo')
  if (!file || file.truncated || file.bytes.length === 0) throw new CaptureError('picture')
  const link = fields.get('link')
  const bytes = files.get('frames')?.bytes ?? Buffer.alloc(0)
  const burst = link === undefined ? undefined : { bytes, link }
  return { challengeId: fields.get('challengeId') ?? '', photo: file.bytes, burst }
}

function translate(error: Error & { statusCode?: number }, request: FastifyRequest): CaptureError {
  if (error instanceof CaptureError) return error
  if (error instanceof SessionError) return new CaptureError(error.code)
  if (error instanceof TooManyFailures) return new CaptureError('too_many', error.retryAfter)
  if (error instanceof MultipartError || (error.statusCode ?? 500) < 500) return new CaptureError('request')
  const { code, retryAfter } = refusalOf(error, request.log)
  return new CaptureError(refusals[code], retryAfter)
}

function sendFailure(reply: FastifyReply, { code, retryAfter }: CaptureError): FastifyReply {
  setRetryAfter(reply, retryAfter)
  return reply.code(statuses[code]).send({ code })
}
