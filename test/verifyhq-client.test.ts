import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PortraitName, portrait } from './support/pictures.ts'
import { startTestServer, type TestServer } from './support/server.ts'

interface Challenge {
  id: string
  type: string
  instruction: string
}

/**
 * A client of the shape of the vendor's own TypeScript one: a base URL with or without version, X-API-Key, blobs named
 * `blob`, success told by `response.ok` alone, every success JSON, every error read as text.
 */
class VerifyHQClient {
  readonly #baseUrl: string
  readonly #apiKey: string

  constructor(baseUrl: string, apiKey: string) {
    this.#baseUrl = baseUrl
    this.#apiKey = apiKey
  }

  createLivenessSession(userId: string): Promise<{ sessionToken: string; challenges: Challenge[] }> {
    const headers = { 'Content-Type': 'application/json' }
    return this.#call('session', { method: 'POST', headers, body: JSON.stringify({ userId }) })
  }

  submitChallenge(sessionToken: string, challengeId: string, photo: Blob) {
    const body = new FormData()
    body.append('sessionToken', sessionToken)
    body.append('challengeId', challengeId)
    body.append('photo', photo)
    return this.#call<{
      isComplete: boolean
      result?: { isAlive: boolean; faceMatchScore: number; failureReason: string | null }
    }>('challenge', { method: 'POST', body })
  }

  submitReferenceSelfie(sessionToken: string, selfie: Blob) {
    const body = new FormData()
    body.append('sessionToken', sessionToken)
    body.append('selfie', selfie)
    return this.#call<{ id: string; status: string }>('reference-selfie', { method: 'POST', body })
  }

  getLivenessCheck(id: string) {
    return this.#call<{
      id: string
      status: string
      isAlive: boolean | null
      challenges: { passed: boolean | null }[]
    }>(id, {})
  }

  async #call<T>(path: string, init: RequestInit): Promise<T> {
    const response = await fetch(`${this.#baseUrl}/verifications/liveness/${path}`, {
      ...init,
      headers: { ...init.headers, 'X-API-Key': this.#apiKey },
    })
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
    return (await response.json()) as T
  }
}

let server: TestServer
let apiKey: string
beforeAll(async () => {
  server = await startTestServer()
  apiKey = (await server.client('verifyhq')).headers['X-API-Key']!
})
afterAll(() => server.stop())

const blob = async (name: PortraitName, type = 'application/octet-stream') =>
  new Blob([new Uint8Array(await portrait(name))], { type })

describe("a client of the vendor's shape, with real photographs", () => {
  it.each(['', '/v1'])('goes through a session at %s/', async (prefix) => {
    const client = new VerifyHQClient(server.url + prefix, apiKey)
    const { sessionToken, challenges } = await client.createLivenessSession('user_1')
    const check = await client.submitReferenceSelfie(sessionToken, await blob('personA'))
    expect(check.status).toBe('IN_PROGRESS')
    const people: PortraitName[] = ['personB', 'personC', 'personA']
    let last: Awaited<ReturnType<typeof client.submitChallenge>> | undefined
    for (const [index, { id }] of challenges.entries()) {
      last = await client.submitChallenge(sessionToken, id, await blob(people[index]!, 'image/jpeg'))
    }
    // Three people who were not asked to do anything are no one's live session.
    expect(last).toMatchObject({ isComplete: true, result: { isAlive: false } })
    expect(last?.result?.faceMatchScore).toBeLessThan(0.75)
    expect(last?.result?.failureReason).toBeTruthy()
    const stored = await client.getLivenessCheck(check.id)
    expect(stored).toMatchObject({ id: check.id, status: 'COMPLETED', isAlive: false })
    expect(stored.challenges).toHaveLength(challenges.length)
  })

  it('knows a picture that was sent twice', async () => {
    const client = new VerifyHQClient(server.url, apiKey)
    const { sessionToken, challenges } = await client.createLivenessSession('user_2')
    let last: Awaited<ReturnType<typeof client.submitChallenge>> | undefined
    for (const { id } of challenges)
      last = await client.submitChallenge(sessionToken, id, await blob('personA'))
    expect(last?.result).toMatchObject({
      isAlive: false,
      failureReason: expect.stringMatching(/could not be accepted/),
    })
  })

  it('reads an error as text', async () => {
    const client = new VerifyHQClient(server.url, 'vhq_live_wrong')
    await expect(client.createLivenessSession('user_3')).rejects.toThrow('401')
  })
})
