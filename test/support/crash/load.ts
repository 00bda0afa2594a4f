import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { actedPhoto } from '../acted-photo.ts'
import { form } from '../form.ts'
import type { OpenSession } from '../verifyhq.ts'
import type { Callers } from './orders.ts'

/** What the server said it has done: none of it may be lost. */
export interface Acknowledged {
  cashfree: { verificationId: string; reference: number; answer: object }[]
  didit: { id: string }[]
  indiconnect: { id: string }[]
  /** Each with an idempotency key of its own. */
  liveface: { key: string; answer: { id: string } }[]
  sessions: { token: string }[]
  photos: { token: string; challengeId: string }[]
  verdicts: { token: string; isAlive: boolean }[]
}

export const nothing = (): Acknowledged => ({
  cashfree: [],
  didit: [],
  indiconnect: [],
  liveface: [],
  sessions: [],
  photos: [],
  verdicts: [],
})

/** A caller of each dialect writes as fast as it is answered, until its server is gone. */
export interface Load {
  /** Resolves once every caller has noticed that the server is gone. @throws what a server answered wrongly */
  ended: Promise<void>
}

export interface LoadOptions {
  pictureUrl: string
  picture: Buffer
  /** A photo for VerifyHQ's challenge; default: what a stub engine takes for the gesture. */
  photo?: () => Buffer
  tolerance?: Tolerance
}

/** For a load beside which other things than the server's end go wrong. */
export interface Tolerance {
  /** Whether the server is there: a connection that is lost then is one failed call, not the end. */
  lives(): boolean
  /** How often each dialect acknowledged nothing, by the reason. */
  failed: Record<string, number>
}

export function startLoad(
  url: string,
  callers: Callers,
  { pictureUrl, picture, photo, tolerance }: LoadOptions,
  acknowledged: Acknowledged,
): Load {
  /** @throws Busy where the failure of one call is tolerated */
  function fail(dialect: string, reason: string | number): void {
    if (!tolerance) return
    const name = `${dialect}: ${reason}`
    tolerance.failed[name] = (tolerance.failed[name] ?? 0) + 1
    throw new Busy()
  }

  async function call(
    dialect: string,
    path: string,
    body: object | FormData,
    more: Record<string, string> = {},
  ): Promise<Answer> {
    const isForm = body instanceof FormData
    const lost = (): never => {
      if (tolerance?.lives()) fail(dialect, 'connection lost')
      throw new Gone()
    }
    const response = await fetch(url + path, {
      method: 'POST',
      headers: {
        ...callers[dialect]!.headers,
        ...more,
        ...(isForm ? {} : { 'content-type': 'application/json' }),
      },
      body: isForm ? body : JSON.stringify(body),
    }).catch(lost)
    const text = await response.text().catch(lost)
    const isVague = response.status === 503 && !response.headers.has('retry-after')
    if (isVague) throw new Error(`${dialect} ${path}: 503 without Retry-After`)
    if (response.status >= 500) fail(dialect, response.status)
    if (response.status === 503) throw new Busy()
    // A clock that jumps ends what has its time.
    if (response.status === 400 && text.includes('expired')) fail(dialect, 'expired')
    if (!response.ok) throw new Error(`${dialect} ${path}: ${response.status} ${text}`)
    return JSON.parse(text)
  }
  /** The same picture for a decoder, with other bytes. */
  const unique = () => Buffer.concat([picture, Buffer.from(randomUUID())])

  const loops: (() => Promise<void>)[] = [
    async () => {
      const verificationId = randomUUID()
      const body = form({ verification_id: verificationId, image: unique() })
      const answer = await call('cashfree', '/verification/face-liveness', body)
      acknowledged.cashfree.push({ verificationId, reference: answer.reference_id, answer })
    },
    async () => {
      const answer = await call('didit', '/v3/passive-liveness/', form({ user_image: unique() }))
      acknowledged.didit.push({ id: answer.request_id })
    },
    async () => {
      const query = `mutation { verify(input: {documentType: "Face Liveness Passive" url: "${pictureUrl}"}) { ok result { ... on LivenessDetectionResult { request_id status_code } } } }`
      const answer = await call('indiconnect', '/idverifygr/verification', { query })
      const { result } = answer.data.verify
      if (result.status_code !== 101) fail('indiconnect', result.status_code)
      acknowledged.indiconnect.push({ id: result.request_id })
    },
    async () => {
      const key = randomUUID()
      const body = form({ picture: unique() })
      const answer = await call('liveface', '/api/v1/liveness', body, { 'idempotency-key': key })
      acknowledged.liveface.push({ key, answer })
    },
    async () => {
      const base = '/v1/verifications/liveness'
      // A person each: whose sessions fail must wait, and a caller must not.
      const opened: OpenSession = await call('verifyhq', `${base}/session`, { userId: randomUUID() })
      const token = opened.sessionToken
      acknowledged.sessions.push({ token })
      for (const { id, type } of opened.challenges) {
        const shown = photo?.() ?? actedPhoto({ gesture: type })
        const body = form({ sessionToken: token, challengeId: id, photo: shown })
        const answer = await call('verifyhq', `${base}/challenge`, body)
        acknowledged.photos.push({ token, challengeId: id })
        if (answer.isComplete) acknowledged.verdicts.push({ token, isAlive: answer.result.isAlive })
      }
    },
  ]
  // Two of each, so that writers of one client meet as well.
  const ended = Promise.all([...loops, ...loops].map(repeatUntilGone)).then(() => {})
  // Whoever waits hears of it; nobody may be waiting yet.
  ended.catch(() => {})
  return { ended }
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every dialect
type Answer = any

class Gone extends Error {}
/** Refused for want of room, as a full server may: nothing was acknowledged. */
class Busy extends Error {}

async function repeatUntilGone(step: () => Promise<void>): Promise<void> {
  try {
    for (;;) await step().catch(waitWhenBusy)
  } catch (error) {
    if (!(error instanceof Gone)) throw error
  }
}

async function waitWhenBusy(error: unknown): Promise<void> {
  if (!(error instanceof Busy)) throw error
  await sleep(50)
}
