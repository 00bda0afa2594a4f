/** A client of each dialect with records of every kind, for test/isolation.test.ts. */
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { DialectName } from '../../src/dialects/index.ts'
import type { DocumentedRoute } from './documented-routes.ts'
import { until } from './patience.ts'
import { samplePhotograph } from './pictures.ts'

/** Stands in everything the owner stores; no stranger's request holds it. */
export const mark = 'owners-secret'
export const picture = samplePhotograph(1).subarray(0, 4000)

interface Answer {
  status: number
  text: string
}

/** A call whose failing would leave nothing behind to be seen. */
async function stored(call: Call, ...request: Parameters<Call>): Promise<string> {
  const { status, text } = await call(...request)
  expect(status, `${request[0]} ${request[1]}: ${text}`).toBeGreaterThanOrEqual(200)
  expect(status, `${request[0]} ${request[1]}: ${text}`).toBeLessThan(300)
  return text
}

export interface Owner {
  dialect: string
  /** Stores records of every kind. @returns ids of them that no view shows */
  store(call: Call): Promise<string[]>
  /** Reads that, together, show all of them. */
  views: string[]
  /** What a stranger sends to a route: every field that it takes, each with the same foreign id; a text is NDJSON. */
  bodyWith(id: string, route: DocumentedRoute): Record<string, unknown> | string
  /** Deletes everything that is the stranger's own. */
  deleteAll?(stranger: Call): Promise<unknown>
}

export type Call = (method: string, path: string, body?: unknown) => Promise<Answer>

const everyField = (id: string) => ({
  ...{ session_id: id, session_numbers: [id], sessionToken: id, challengeId: id, clientId: id, userId: id },
  ...{ new_status: 'Approved', comment: 'x', blocklist_face: true, entry: id, uuid: id, list: id },
  ...{ label: 'x', url: 'https://example.com/stranger', callbackUrl: 'https://example.com/stranger' },
  ...{ enabled: false, subscribed_events: ['status.updated'], events: ['liveness.passed'], name: 'x' },
})

const didit: Owner = {
  dialect: 'didit',
  async store(call) {
    const fields = { user_image: picture, vendor_data: `${mark}-person`, metadata: `{"note":"${mark}"}` }
    const ids: string[] = []
    for (let i = 0; i < 2; i++) {
      const text = await stored(call, 'POST', '/v3/passive-liveness/', fields)
      ids.push(JSON.parse(text).request_id)
    }
    await stored(call, 'POST', '/v3/age-estimation/', fields)
    await stored(call, 'POST', '/v3/face-match/', { ...fields, ref_image: picture })
    await stored(call, 'POST', '/v3/blocklist/add/', {
      session_id: ids[0],
      blocklist_face: true,
      comment: mark,
    })
    await stored(call, 'PATCH', `/v3/session/${ids[1]}/update-status/`, {
      new_status: 'Declined',
      comment: mark,
    })
    await stored(call, 'POST', '/v3/webhook/destinations/', {
      label: mark,
      url: `https://example.com/${mark}`,
      subscribed_events: ['status.updated'],
      webhook_version: 'v3',
    })
    return ids
  },
  views: ['/v3/sessions/', '/v3/blocklist/', '/v3/webhook/destinations/', '/v3/lists/'],
  bodyWith: (id, { isMultipart }) =>
    isMultipart ? { user_image: picture, ref_image: picture, vendor_data: 'a stranger' } : everyField(id),
  deleteAll: (stranger) => stranger('POST', '/v3/sessions/delete/', { delete_all: true }),
}

const verifyhq: Owner = {
  dialect: 'verifyhq',
  async store(call) {
    const opened = await stored(call, 'POST', '/v1/verifications/liveness/session', {
      userId: `${mark}-user`,
    })
    const { sessionToken, challenges } = JSON.parse(opened)
    const challengeId = challenges[0].id
    await stored(call, 'POST', '/v1/verifications/liveness/challenge', {
      sessionToken,
      challengeId,
      photo: picture,
    })
    await stored(call, 'POST', '/v1/webhooks/configure', {
      clientId: 'me',
      callbackUrl: `https://example.com/${mark}`,
      events: ['liveness.passed'],
    })
    return [challengeId]
  },
  views: [`/v1/verifications/liveness/user/${mark}-user`, '/v1/webhooks/client/me'],
  bodyWith: (id, { isMultipart }) =>
    isMultipart ? { photo: picture, selfie: picture, sessionToken: id, challengeId: id } : everyField(id),
}

/** Has nothing to read: what could leak is that an id was used, and what it was used for. */
const cashfree: Owner = {
  dialect: 'cashfree',
  async store(call) {
    const ids = ['owners-check-1', 'owners-check-2', 'owners-check-3']
    const pictures = { first_image: picture, second_image: picture }
    const answers = [
      await call('POST', '/verification/face-liveness', { verification_id: ids[0], image: picture }),
      await call('POST', '/verification/face-match', { verification_id: ids[1], ...pictures }),
      await call('POST', '/verification/liveliness', { verification_id: ids[2], image: picture }),
    ]
    for (const { status, text } of answers) expect(status, text).toBe(200)
    return ids
  },
  views: [],
  bodyWith: (id) => ({
    ...{ image: picture, first_image: picture, second_image: picture, verification_id: id },
  }),
}

/** Has one route and no ids of the caller's; its answers' ids name nothing that can be asked for. */
const indiconnect: Owner = {
  dialect: 'indiconnect',
  async store(call) {
    const { status, text } = await call('POST', '/idverifygr/verification', verifyBody(mark))
    expect(status, text).toBe(200)
    return idsIn(text)
  },
  views: [],
  bodyWith: verifyBody,
}

/** Nothing listens there: the answer is that there is no picture, and it is kept like any other. */
function verifyBody(id: string) {
  const url = `http://127.0.0.1:9/${id}`
  return {
    query: `mutation { verify(input: {documentType: "Face Liveness Passive" url: "${url}"}) { ok message result { ... on LivenessDetectionResult { status_code request_id } } error { message } } }`,
  }
}

const liveface: Owner = {
  dialect: 'liveface',
  async store(call) {
    const fields = { picture, person: `${mark}-person` }
    await stored(call, 'POST', '/api/v1/liveness', fields)
    await stored(call, 'POST', '/api/v1/match', { ...fields, reference: picture })
    await stored(call, 'POST', '/api/v1/age', fields)
    await stored(call, 'POST', '/api/v1/quality', fields)
    // Before there is a webhook, whose attempts would go on while others look.
    const accepted = await stored(call, 'POST', '/api/v1/batches', batchOf(`${mark}-person`))
    const { id: batch } = JSON.parse(accepted)
    const ended = async () => !(await call('GET', `/api/v1/batches/${batch}`)).text.includes('running')
    await until(ended, 'The end of the batch')
    const hook = { url: `https://example.com/${mark}`, events: ['check.completed'] }
    await stored(call, 'POST', '/api/v1/webhooks', hook)
    const opened = await stored(call, 'POST', '/api/v1/sessions', { person: `${mark}-person` })
    // A person's id stands in the path of theirs, where the suite puts ids.
    await stored(call, 'POST', '/api/v1/people', { picture, person: randomUUID(), consent: mark })
    return [JSON.parse(opened).id, batch]
  },
  views: ['/api/v1/webhooks', '/api/v1/checks', `/api/v1/checks?person=${mark}-person`, '/api/v1/people'],
  bodyWith(_id, { path }) {
    if (path.endsWith('/webhooks'))
      return { url: 'https://example.com/stranger', events: ['check.completed'] }
    if (path.endsWith('/sessions')) return { person: 'a stranger' }
    if (path.endsWith('/{person}')) return { list: 'block', consent: 'a stranger' }
    if (path.endsWith('/search')) return { picture }
    if (path.endsWith('/batches')) return batchOf('a stranger')
    return { picture, person: 'a stranger', ...(path.endsWith('/match') ? { reference: picture } : {}) }
  },
}

/** @returns NDJSON */
function batchOf(person: string): string {
  return JSON.stringify({ type: 'liveness', picture: picture.toString('base64'), person })
}

/** Everything that looks like an id of the owner's, from what it was shown. */
export function idsIn(text: string): string[] {
  const uuids = text.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? []
  const tokens = text.match(/\b(?:ses|ch|wh|whsec|client)_[A-Za-z0-9_-]{6,}/g) ?? []
  const numbers = [...text.matchAll(/"session_number":\s*(\d+)/g)].map((match) => match[1] as string)
  return [...new Set([...uuids, ...tokens, ...numbers])]
}

export const owners: Record<DialectName, Owner> = { cashfree, didit, indiconnect, liveface, verifyhq }
