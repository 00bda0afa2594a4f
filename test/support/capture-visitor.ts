import type { Gesture } from '../../src/decisions/gesture.ts'
import { type Act, actedPhoto } from './acted-photo.ts'
import { form } from './form.ts'

/** What a capture page holds once its link was opened. */
export interface VisitedPage {
  /** Where its API is. */
  api: string
  /** The session as the page last saw it. */
  // biome-ignore lint/suspicious/noExplicitAny: of every state
  session: any
  headers: Record<string, string>
  /** The gestures that it was asked for, in all attempts. */
  asked: Gesture[]
}

/** Opens a session's link as its capture page does. */
export async function openPage(captureUrl: string): Promise<VisitedPage> {
  const { origin, pathname } = new URL(captureUrl)
  const api = `${origin}/capture/api`
  const opened = await fetch(`${api}/open`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ link: pathname.split('/').at(-1) }),
  })
  const { key, session } = await read(opened)
  return { api, session, headers: { authorization: `Bearer ${key}` }, asked: [] }
}

/** Does the gestures of an attempt as the page does, without a camera. @returns the session as the page sees it then */
export async function attempt(page: VisitedPage, changes: Act = {}) {
  const { api, headers } = page
  const post = async (path: string, init: RequestInit = {}) =>
    read(await fetch(`${api}/${path}`, { method: 'POST', headers, ...init }))
  await post('stream', {
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ label: 'Front Camera', hasDevice: true }),
  })
  for (let count = page.session.challenges.length; count > 0; count--) {
    const { challengeId, gesture } = (await post('prompt')) as { challengeId: string; gesture: Gesture }
    page.asked.push(gesture)
    const body = form({ challengeId, photo: actedPhoto({ gesture, ...changes }) })
    page.session = await post('photo', { body })
  }
  return page.session
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
async function read(response: Response): Promise<any> {
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`)
  return JSON.parse(text)
}
