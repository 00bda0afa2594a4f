import type { SealedPhoto } from './stream.ts'
import type { Texts } from './texts/index.ts'

export type Gesture = keyof Texts['gestures']

export interface SessionView {
  state: 'created' | 'in_progress' | 'completed' | 'expired'
  expiresInMs: number
  hasSelfie: boolean
  challenges: { id: string; submitted: boolean }[]
  result: AttemptResult | null
  /** From 1. */
  attempt: number
  /** How the attempt before this one ended; null in the first. */
  failed: AttemptResult | null
  /** Where the person goes now; null: nowhere, or not yet. */
  returnUrl: string | null
}

/** Who asks, where that is said, and what the person is to agree to before the camera starts. */
export interface Welcome {
  name: string | null
  /** A PNG in base64. */
  logo: string | null
  /** `#` and six hex digits. */
  accentColor: string | null
  /** Null: nothing, or the link was opened with it. */
  consent: { text: string; sha256: string } | null
}

export interface AttemptResult {
  passed: boolean
  failure: keyof Texts['failures'] | null
  gesture: Gesture | null
  sentence: string | null
}

/** The gesture to do now. */
export interface Prompt {
  challengeId: string
  gesture: Gesture
  /** Under which the photo's frames are chained. */
  mark: string
}

/** Why the server did not do what was asked; `network`: it was not reached, `call_unknown`: it has no such call. */
export class CaptureApiError extends Error {
  override readonly name = 'CaptureApiError'
  readonly code: string

  constructor(code: string) {
    super(code)
    this.code = code
  }
}

/** What the server answers a page that holds a link, then a key, and nothing else. Every call may throw a CaptureApiError. */
export interface CaptureApi {
  /** Leaves the link as it is. Nobody asks at a server older than this call. @param key where the link was opened before; null: it waits */
  readWelcome(link: string, key: string | null): Promise<Welcome>
  /**
   * Opens the link, once.
   * @param consent `sha256` of what the person agreed to; null: nothing was to be agreed to
   * @returns the page's key and the session
   */
  openLink(link: string, consent: string | null): Promise<{ key: string; session: SessionView }>
  readSession(key: string): Promise<SessionView>
  /** Begins the stream of a camera. @returns its first mark */
  beginStream(key: string, camera: { label: string; hasDevice: boolean }): Promise<string>
  /** Answers when the person is to do the next gesture. */
  awaitPrompt(key: string): Promise<Prompt>
  sendPhoto(key: string, challengeId: string, sealed: SealedPhoto): Promise<SessionView>
  sendSelfie(key: string, sealed: SealedPhoto): Promise<SessionView>
}

/** @param server its URL without a slash at the end */
export function createCaptureApi(server: string): CaptureApi {
  const call = <T>(path: string, init: RequestInit) => request<T>(`${server}/capture/api/${path}`, init)
  const post = <T>(path: string, headers: Record<string, string>, body?: BodyInit) =>
    call<T>(path, { method: 'POST', headers, ...(body === undefined ? {} : { body }) })
  const json = { 'content-type': 'application/json' }
  return {
    async readWelcome(link, key) {
      const headers = { ...json, ...(key === null ? {} : authorization(key)) }
      try {
        return await post<Welcome>('welcome', headers, JSON.stringify({ link }))
      } catch (error) {
        if (error instanceof CaptureApiError && error.code === 'call_unknown') return nobody
        throw error
      }
    },
    openLink: (link, consent) => post('open', json, JSON.stringify({ link, consent })),
    readSession: (key) => call('session', { headers: authorization(key) }),
    async beginStream(key, camera) {
      const headers = { ...authorization(key), ...json }
      return (await post<{ mark: string }>('stream', headers, JSON.stringify(camera))).mark
    },
    awaitPrompt: (key) => post('prompt', authorization(key)),
    sendPhoto(key, challengeId, sealed) {
      const body = formOf(sealed)
      body.set('challengeId', challengeId)
      return post('photo', authorization(key), body)
    },
    sendSelfie: (key, sealed) => post('selfie', authorization(key), formOf(sealed)),
  }
}

const nobody: Welcome = { name: null, logo: null, accentColor: null, consent: null }

function formOf({ photo, frames, link }: SealedPhoto): FormData {
  const body = new FormData()
  body.set('photo', photo, 'photo.jpg')
  body.set('frames', new Blob([frames], { type: 'application/octet-stream' }), 'frames')
  body.set('link', link)
  return body
}

const authorization = (key: string) => ({ authorization: `Bearer ${key}` })

/** A busy server is asked again, a few times, after the seconds it names. */
async function request<T>(url: string, init: RequestInit, tries = 4): Promise<T> {
  let response: Response
  try {
    response = await fetch(url, { ...init, cache: 'no-store' })
  } catch {
    throw new CaptureApiError('network')
  }
  const body = await response.json().catch(() => ({}))
  if (response.ok) return body as T
  if ((response.status === 503 || response.status === 429) && tries > 1) {
    const seconds = Number(response.headers.get('retry-after')) || 1
    await new Promise((resolve) => setTimeout(resolve, Math.min(seconds, 10) * 1000))
    return request(url, init, tries - 1)
  }
  if (typeof body.code === 'string') throw new CaptureApiError(body.code)
  throw new CaptureApiError(response.status === 404 ? 'call_unknown' : 'internal')
}
