import { afterAll, beforeAll } from 'vitest'
import type { Gesture } from '../../src/decisions/gesture.ts'
import { type Act, actedPhoto, analyseAct } from './acted-photo.ts'
import { startTestServer, type TestServer } from './server.ts'
import { stubEngine } from './stub-engine.ts'

export const base = '/v1/verifications/liveness'
/** How the vendor writes times. */
export const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: bodies of every shape are looked into.
  body: any
}

export interface OpenSession {
  sessionToken: string
  challenges: { id: string; type: Gesture; instruction: string }[]
}

export interface VerifyHQTest {
  server: TestServer
  clientId: string
  headers: Record<string, string>
  /** Headers of another client. */
  stranger: Record<string, string>
  /** The next picture makes the engine throw this. */
  throwNext(error: Error): void
  send(method: string, path: string, init?: RequestInit): Promise<Answer>
  json(body: unknown, headers?: Record<string, string>): RequestInit
  form(parts: Record<string, string | Buffer>, headers?: Record<string, string>): RequestInit
  open(userId?: string, more?: object): Promise<OpenSession>
  /** Submits a photo that shows what its challenge asks, but for `act`. */
  submit(session: OpenSession, index: number, act?: Act, prefix?: string): Promise<Answer>
  /** Submits every photo. @returns the last answer */
  finish(session: OpenSession, act?: Act): Promise<Answer>
}

/** A server over acted photos, two clients, and the calls that the tests of this dialect make. */
export function verifyHQTest(settings: Record<string, string> = {}): VerifyHQTest {
  let thrown: Error | null = null
  const test = {
    throwNext(error: Error) {
      thrown = error
    },
  } as VerifyHQTest

  beforeAll(async () => {
    test.server = await startTestServer({
      engine: stubEngine({
        analyse(picture) {
          const error = thrown
          thrown = null
          if (error) throw error
          return analyseAct(picture)
        },
      }),
      settings,
    })
    const own = await test.server.client('verifyhq')
    test.headers = own.headers
    test.clientId = own.id
    test.stranger = (await test.server.client('verifyhq')).headers
  })
  afterAll(() => test.server.stop())

  test.send = async (method, path, init = {}) => {
    const response = await fetch(test.server.url + path, { method, headers: test.headers, ...init })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }
  test.json = (body, headers = test.headers) => ({
    headers: { ...headers, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  test.form = (parts, headers = test.headers) => {
    const body = new FormData()
    for (const [name, part] of Object.entries(parts)) {
      if (typeof part === 'string') body.set(name, part)
      else body.set(name, new Blob([new Uint8Array(part)]), 'blob')
    }
    return { headers, body }
  }
  test.open = async (userId = 'user_123', more = {}) =>
    (await test.send('POST', `${base}/session`, test.json({ userId, ...more }))).body
  test.submit = ({ sessionToken, challenges }, index, act = {}, prefix = base) => {
    const { id, type } = challenges[index]!
    const photo = actedPhoto({ gesture: type, ...act })
    return test.send('POST', `${prefix}/challenge`, test.form({ sessionToken, challengeId: id, photo }))
  }
  test.finish = async (session, act = {}) => {
    let last: Answer | undefined
    for (const index of session.challenges.keys()) last = await test.submit(session, index, act)
    return last!
  }
  return test
}
