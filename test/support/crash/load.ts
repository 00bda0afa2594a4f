import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { actedPhoto } from '../acted-photo.ts'
import { form } from '../form.ts'
import type { OpenSession } from '../verifyhq.ts'
import type { Callers } from './orders.ts'

/** What the server said it has done: none of it may be lost. */
export interface Acknowledged {
  cashfree: { verificationId: string; reference: number }[]
  didit: { id: string }[]
  indiconnect: { id: string }[]
  sessions: { token: string }[]
  photos: { token: string; challengeId: string }[]
  verdicts: { token: string; isAlive: boolean }[]
}

export const nothing = (): Acknowledged => ({
  cashfree: [],
  didit: [],
  indiconnect: [],
  sessions: [],
  photos: [],
  verdicts: [],
})

/** A caller of each dialect writes as fast as it is answered, until its server is gone. */
export interface Load {
  /** Resolves once every caller has noticed that the server is gone. @throws what a server answered wrongly */
  ended: Promise<void>
}

export function startLoad(
  url: string,
  callers: Callers,
  { pictureUrl, picture }: { pictureUrl: string; picture: Buffer },
  acknowledged: Acknowledged,
): Load {
  async function call(dialect: string, path: string, body: object | FormData): Promise<Answer> {
    const isForm = body instanceof FormData
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { ...callers[dialect]!.headers, ...(isForm ? {} : { 'content-type': 'application/json' }) },
      body: isForm ? body : JSON.stringify(body),
    }).catch(gone)
    const text = await response.text().catch(gone)
    if (response.status === 503) throw new Busy()
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
      acknowledged.cashfree.push({ verificationId, reference: answer.reference_id })
    },
    async () => {
      const answer = await call('didit', '/v3/passive-liveness/', form({ user_image: unique() }))
      acknowledged.didit.push({ id: answer.request_id })
    },
    async () => {
      const query = `mutation { verify(input: {documentType: "Face Liveness Passive" url: "${pictureUrl}"}) { ok result { ... on LivenessDetectionResult { request_id } } } }`
      const answer = await call('indiconnect', '/idverifygr/verification', { query })
      acknowledged.indiconnect.push({ id: answer.data.verify.result.request_id })
    },
    async () => {
      const base = '/v1/verifications/liveness'
      const opened: OpenSession = await call('verifyhq', `${base}/session`, { userId: 'somebody' })
      const token = opened.sessionToken
      acknowledged.sessions.push({ token })
      for (const { id, type } of opened.challenges) {
        const photo = actedPhoto({ gesture: type })
        const body = form({ sessionToken: token, challengeId: id, photo })
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

function gone(): never {
  throw new Gone()
}

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
