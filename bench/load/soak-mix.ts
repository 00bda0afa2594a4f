/** A mix of requests as the world sends them: good ones of every dialect and size, damaged ones, and malice. */
import sharp from 'sharp'
import { patternHeic } from '../../test/support/pattern.ts'
import { headPictures } from '../heads.ts'
import type { PictureServer } from './picture-server.ts'
import type { ServerProcess } from './server-process.ts'
import { type Answer, multipartBody, multipartType, workloads } from './workload.ts'

export interface SoakRequest {
  kind: string
  method?: 'GET' | 'POST'
  path: string
  headers: Record<string, string>
  body?: Buffer
  accepts(answer: Answer): boolean
}

export interface SoakMix {
  next(): Promise<SoakRequest>
}

/** Selfies of several sizes; the small ones are many, so that the run ends. */
export async function soakPictures(): Promise<Buffer[]> {
  const heads = await headPictures()
  const sides = [240, 240, 320, 480, 800, 2400]
  return Promise.all(
    heads.map((head, index) =>
      sharp(head)
        .resize(sides[index % sides.length]!)
        .jpeg()
        .toBuffer(),
    ),
  )
}

type Random = () => number

/** A file that is no picture, or no longer one, or claims to be far too large. */
function hostilePicture(picture: Buffer, random: Random): Buffer {
  const kinds = [
    () => picture.subarray(0, Math.floor(random() * picture.length)),
    () => flipped(picture, random),
    () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
    () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(2000, 0xff)]),
    () => hugePng(),
    () => flipped(patternHeic(), random),
    () => Buffer.alloc(0),
  ]
  return kinds[Math.floor(random() * kinds.length)]!()
}

function flipped(file: Uint8Array, random: Random): Buffer {
  const bytes = Buffer.from(file)
  for (let round = 0; round < 12; round++) {
    bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(8 * random())
  }
  return bytes
}

/** A few bytes that claim 60 000 x 60 000 pixels. */
function hugePng(): Buffer {
  const header = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
  const size = Buffer.alloc(8)
  size.writeUInt32BE(60_000, 0)
  size.writeUInt32BE(60_000, 4)
  return Buffer.concat([header, size, Buffer.from('08020000000000000000', 'hex'), Buffer.alloc(64)])
}

/** An answer that refuses, or judges what could still be read: JSON, no failure inside the server. */
function isAnswered({ status, text }: Answer): boolean {
  if (status >= 500) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const isRefused = (answer: Answer) => answer.status >= 400 && answer.status < 500

export async function createSoakMix(
  server: ServerProcess,
  pictures: readonly Buffer[],
  pictureServer: PictureServer,
  random: Random,
): Promise<SoakMix> {
  const good = await Promise.all(
    Object.values(workloads).map((make) => make({ server, pictures, pictureServer })),
  )
  const [cashfree, didit, verifyhq, indiconnect] = await Promise.all(
    ['cashfree', 'didit', 'verifyhq', 'indiconnect'].map((dialect) => server.issue(dialect)),
  )
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const form = (keys: Record<string, string> = {}) => ({ ...keys, 'content-type': multipartType })
  const json = (keys: Record<string, string> = {}) => ({ ...keys, 'content-type': 'application/json' })
  let number = 0

  async function goodRequest(): Promise<SoakRequest> {
    const workload = pick(good)
    await workload.prepare(16)
    const { path, headers, body, judge } = workload.next()
    return {
      kind: `good ${workload.dialect}`,
      path,
      headers,
      body,
      accepts: (answer) => judge(answer) !== 'wrong',
    }
  }

  const hostile: (() => SoakRequest)[] = [
    () => ({
      kind: 'hostile picture, cashfree',
      path: '/verification/face-liveness',
      headers: form(cashfree),
      body: multipartBody(
        { verification_id: `h_${++number}` },
        'image',
        hostilePicture(pick(pictures), random),
      ),
      accepts: isAnswered,
    }),
    () => ({
      kind: 'hostile picture, didit',
      path: '/v3/passive-liveness/',
      headers: form(didit),
      body: multipartBody(
        { save_api_request: 'false' },
        'user_image',
        hostilePicture(pick(pictures), random),
      ),
      accepts: isAnswered,
    }),
    () => ({
      kind: 'two pictures, cashfree',
      path: '/verification/face-match',
      headers: form(cashfree),
      body: multipartBody({ verification_id: `m_${++number}` }, 'first_image', pick(pictures)),
      accepts: isRefused,
    }),
    () => ({
      kind: 'wrong key',
      path: '/verification/face-liveness',
      headers: form({ 'x-client-id': 'nobody', 'x-client-secret': 'x'.repeat(40) }),
      body: multipartBody({ verification_id: 'x' }, 'image', pick(pictures)),
      accepts: ({ status }) => status === 401,
    }),
    () => ({
      kind: 'broken form',
      path: '/v3/passive-liveness/',
      headers: form(didit),
      body: multipartBody({ 'a"b': 'x' }, 'user_image', pick(pictures)).subarray(0, 300),
      accepts: isRefused,
    }),
    () => ({
      kind: 'field of 100 KB',
      path: '/verification/face-liveness',
      headers: form(cashfree),
      body: multipartBody({ verification_id: 'x'.repeat(100_000) }, 'image', pick(pictures)),
      accepts: isRefused,
    }),
    () => ({
      kind: 'page for a picture, indiconnect',
      path: '/idverifygr/verification',
      headers: json(indiconnect),
      body: Buffer.from(
        JSON.stringify({
          query: `mutation { verify(input: {documentType: "Face Liveness Passive" url: "${server.url}/healthz"}) { ok } }`,
        }),
      ),
      accepts: isAnswered,
    }),
    () => ({
      kind: 'deep query, indiconnect',
      path: '/idverifygr/verification',
      headers: json(indiconnect),
      body: Buffer.from(JSON.stringify({ query: '{ a '.repeat(200) + '}'.repeat(200) })),
      accepts: isRefused,
    }),
    () => ({
      kind: 'unknown session, verifyhq',
      path: '/v1/verifications/liveness/challenge',
      headers: form(verifyhq),
      body: multipartBody({ sessionToken: 'ses_none', challengeId: 'ch_none' }, 'photo', pick(pictures)),
      accepts: isRefused,
    }),
    () => ({
      kind: 'no JSON, verifyhq',
      path: '/v1/verifications/liveness/session',
      headers: json(verifyhq),
      body: Buffer.from('{"userId": '),
      accepts: isRefused,
    }),
    () => ({
      kind: 'no such route',
      method: 'GET',
      path: `/v1/${Math.floor(1e9 * random())}`,
      headers: {},
      accepts: isRefused,
    }),
    () => ({
      kind: 'health',
      method: 'GET',
      path: '/readyz',
      headers: {},
      accepts: ({ status }) => status === 200,
    }),
  ]
  return { next: async () => (random() < 0.4 ? goodRequest() : pick(hostile)()) }
}
