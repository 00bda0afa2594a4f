import type { SealedPhoto } from './stream.ts'
import type { Texts } from './texts/index.ts'

export type Gesture = keyof Texts['gestures']

export interface SessionView {
  state: 'created' | 'in_progress' | 'completed' | 'expired'
  expiresInMs: number
  hasSelfie: boolean
  challenges: { id: string; gesture: Gesture; submitted: boolean }[]
  result: {
    passed: boolean
    failure: keyof Texts['failures'] | null
    gesture: Gesture | null
    sentence: string | null
  } | null
}

/** Why the server did not do what was asked; `network`: it was not reached. */
export class CaptureApiError extends Error {
  override readonly name = 'CaptureApiError'
  readonly code: string

  constructor(code: string) {
    super(code)
    this.code = code
  }
}

/** Opens the link, once. @returns the page's key and the session. @throws CaptureApiError */
export function openLink(link: string): Promise<{ key: string; session: SessionView }> {
  const headers = { 'content-type': 'application/json' }
  return call('open', { method: 'POST', headers, body: JSON.stringify({ link }) })
}

export function readSession(key: string): Promise<SessionView> {
  return call('session', { headers: authorization(key) })
}

/** Begins the stream of a camera. @returns its first mark */
export async function beginStream(
  key: string,
  camera: { label: string; hasDevice: boolean },
): Promise<string> {
  const headers = { ...authorization(key), 'content-type': 'application/json' }
  const { mark } = await call<{ mark: string }>('stream', {
    method: 'POST',
    headers,
    body: JSON.stringify(camera),
  })
  return mark
}

/** Answers when the person is to do the next gesture. */
export function awaitPrompt(key: string): Promise<{ challengeId: string; mark: string }> {
  return call('prompt', { method: 'POST', headers: authorization(key) })
}

export function sendPhoto(key: string, challengeId: string, sealed: SealedPhoto): Promise<SessionView> {
  const body = formOf(sealed)
  body.set('challengeId', challengeId)
  return call('photo', { method: 'POST', headers: authorization(key), body })
}

export function sendSelfie(key: string, sealed: SealedPhoto): Promise<SessionView> {
  return call('selfie', { method: 'POST', headers: authorization(key), body: formOf(sealed) })
}

function formOf({ photo, frames, link }: SealedPhoto): FormData {
  const body = new FormData()
  body.set('photo', photo, 'photo.jpg')
  body.set('frames', new Blob([frames], { type: 'application/octet-stream' }), 'frames')
  body.set('link', link)
  return body
}

const authorization = (key: string) => ({ authorization: `Bearer ${key}` })

/** A busy server is asked again, a few times, after the seconds it names. */
async function call<T>(path: string, init: RequestInit, tries = 4): Promise<T> {
  let response: Response
  try {
    response = await fetch(`/capture/api/${path}`, { ...init, cache: 'no-store' })
  } catch {
    throw new CaptureApiError('network')
  }
  const body = await response.json().catch(() => ({}))
  if (response.ok) return body as T
  if ((response.status === 503 || response.status === 429) && tries > 1) {
    const seconds = Number(response.headers.get('retry-after')) || 1
    await new Promise((resolve) => setTimeout(resolve, Math.min(seconds, 10) * 1000))
    return call(path, init, tries - 1)
  }
  throw new CaptureApiError(typeof body.code === 'string' ? body.code : 'internal')
}
