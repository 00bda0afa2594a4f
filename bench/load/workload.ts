/** Requests of each dialect as its clients make them, and what a right answer to each is. */
import type { IncomingHttpHeaders } from 'node:http'
import type { DialectName } from '../../src/dialects/index.ts'
import type { AnalyseOptions } from '../../src/engine/types.ts'
import type { PictureServer } from './picture-server.ts'
import type { ServerProcess } from './server-process.ts'

/** `answered`: with the verdict on this very picture. `busy`: the dialect's own busy, with Retry-After. */
export type Verdict = 'answered' | 'busy' | 'wrong'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

export interface Shot {
  path: string
  headers: Record<string, string>
  body: Buffer
  judge(answer: Answer): Verdict
}

export interface Workload {
  dialect: string
  /** What the dialect asks of the engine for one request, to ask the engine alone the same. */
  want: AnalyseOptions
  /** Makes room for so many requests beforehand, where each needs something of its own. */
  prepare(count: number): Promise<void>
  next(): Shot
}

export interface WorkloadOptions {
  server: ServerProcess
  pictures: readonly Buffer[]
  pictureServer: PictureServer
}

const boundary = 'liveface-load-7d1c4e'

export function multipartBody(fields: Record<string, string>, file: string, picture: Buffer): Buffer {
  const texts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="${file}"; filename="selfie.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`
  return Buffer.concat([Buffer.from(texts.join('') + head), picture, Buffer.from(`\r\n--${boundary}--\r\n`)])
}

export const multipartType = `multipart/form-data; boundary=${boundary}`

/**
 * Judges by the verdict that the same picture got when nothing else was asked.
 * @param isBusy the dialect's own busy body
 */
function byScore(scoreOf: (body: never) => unknown, isBusy: (body: never) => boolean) {
  const expected = new Map<number, unknown>()
  return (picture: number, { status, headers, text }: Answer): Verdict => {
    const body = parse(text)
    if (body === undefined) return 'wrong'
    if (status === 503) return /^\d+$/.test(headers['retry-after'] ?? '') && isBusy(body) ? 'busy' : 'wrong'
    const score = status === 200 ? scoreOf(body) : undefined
    if (typeof score !== 'number') return 'wrong'
    if (!expected.has(picture)) expected.set(picture, score)
    return expected.get(picture) === score ? 'answered' : 'wrong'
  }
}

function parse(text: string): undefined | never {
  try {
    return JSON.parse(text) as never
  } catch {
    return undefined
  }
}

type Maker = (options: WorkloadOptions) => Promise<Workload>

const cashfree: Maker = async ({ server, pictures }) => {
  const keys = await server.issue('cashfree')
  const judge = byScore(
    (body: { liveness_score?: number }) => body.liveness_score,
    (body: { type?: string }) => body.type === 'internal_error',
  )
  let count = 0
  return {
    dialect: 'cashfree',
    want: { want: { liveness: true, traits: true, template: false } },
    prepare: async () => {},
    next() {
      const picture = count++ % pictures.length
      return {
        path: '/verification/face-liveness',
        headers: { ...keys, 'content-type': multipartType },
        body: multipartBody({ verification_id: `load_${count}` }, 'image', pictures[picture]!),
        judge: (answer) => judge(picture, answer),
      }
    },
  }
}

const didit: Maker = async ({ server, pictures }) => {
  const keys = await server.issue('didit')
  const judge = byScore(
    (body: { liveness?: { score?: number } }) => body.liveness?.score,
    (body: { detail?: string }) => typeof body.detail === 'string',
  )
  let count = 0
  return {
    dialect: 'didit',
    want: { want: { liveness: true, traits: true, template: true }, everyFace: true, rotate: false },
    prepare: async () => {},
    next() {
      const picture = count++ % pictures.length
      return {
        path: '/v3/passive-liveness/',
        headers: { ...keys, 'content-type': multipartType },
        body: multipartBody({ vendor_data: `user-${count}` }, 'user_image', pictures[picture]!),
        judge: (answer) => judge(picture, answer),
      }
    },
  }
}

/** Pictures come by URL here: the server fetches them. */
const indiconnect: Maker = async ({ server, pictures, pictureServer }) => {
  const keys = await server.issue('indiconnect')
  type Body = {
    data?: { verify?: { result?: { liveness_score?: number } } } | null
    errors?: { extensions?: { code?: string } }[]
  }
  const judge = byScore(
    (body: Body) => body.data?.verify?.result?.liveness_score,
    (body: Body) => body.errors?.[0]?.extensions?.code === 'SERVICE_UNAVAILABLE',
  )
  const query = (url: string) =>
    `mutation { verify(input: { documentType: "Face Liveness Passive" url: "${url}" }) { ok message result { __typename ... on LivenessDetectionResult { status_code request_id case_id is_live liveness_score review_needed multiple_faces_detected } } error { message } } }`
  let count = 0
  return {
    dialect: 'indiconnect',
    want: { want: { liveness: true, traits: false, template: false } },
    prepare: async () => {},
    next() {
      const picture = count++ % pictures.length
      return {
        path: '/idverifygr/verification',
        headers: { ...keys, 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify({ query: query(pictureServer.urlOf(picture)), variables: {} })),
        judge: (answer) => judge(picture, answer),
      }
    },
  }
}

const liveface: Maker = async ({ server, pictures }) => {
  const keys = await server.issue('liveface')
  const judge = byScore(
    (body: { probability?: number }) => body.probability,
    (body: { code?: string }) => body.code === 'busy',
  )
  let count = 0
  return {
    dialect: 'liveface',
    want: { want: { liveness: true, traits: false, template: false } },
    prepare: async () => {},
    next() {
      const picture = count++ % pictures.length
      return {
        path: '/api/v1/liveness',
        headers: { ...keys, 'content-type': multipartType },
        body: multipartBody({ person: `person-${count}` }, 'picture', pictures[picture]!),
        judge: (answer) => judge(picture, answer),
      }
    },
  }
}

interface Open {
  sessionToken: string
  challengeId: string
}

/** One photo of a session per request; the sessions are opened beforehand. */
const verifyhq: Maker = async ({ server, pictures }) => {
  const keys = await server.issue('verifyhq')
  const base = '/v1/verifications/liveness'
  const open: Open[] = []
  let count = 0

  async function openSession(): Promise<void> {
    const response = await fetch(`${server.url}${base}/session`, {
      method: 'POST',
      headers: { ...keys, 'content-type': 'application/json' },
      body: JSON.stringify({ userId: `user_${count}` }),
    })
    const session = (await response.json()) as { sessionToken: string; challenges: { id: string }[] }
    for (const { id } of session.challenges)
      open.push({ sessionToken: session.sessionToken, challengeId: id })
  }

  return {
    dialect: 'verifyhq',
    want: { want: { liveness: true, traits: true, template: true } },
    async prepare(wanted) {
      while (open.length < wanted) await Promise.all(Array.from({ length: 8 }, openSession))
    },
    next() {
      const picture = count++ % pictures.length
      const challenge = open.shift()
      if (!challenge) throw new Error('More requests than were prepared for.')
      const { sessionToken, challengeId } = challenge
      return {
        path: `${base}/challenge`,
        headers: { ...keys, 'content-type': multipartType },
        body: multipartBody({ sessionToken, challengeId }, 'photo', pictures[picture]!),
        judge({ status, headers, text }) {
          const body = parse(text) as { sessionToken?: string; statusCode?: number } | undefined
          if (status === 503 && body?.statusCode === 503 && /^\d+$/.test(headers['retry-after'] ?? '')) {
            // A refusal leaves the challenge open.
            open.push(challenge)
            return 'busy'
          }
          return status === 200 && body?.sessionToken === sessionToken ? 'answered' : 'wrong'
        },
      }
    },
  }
}

/** By dialect, in the order of the results. */
export const workloads: Readonly<Record<string, Maker>> = {
  cashfree,
  didit,
  indiconnect,
  liveface,
  verifyhq,
} satisfies Record<DialectName, Maker>
