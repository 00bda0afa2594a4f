import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { livenessAnswer, matchAnswer } from '../src/dialects/cashfree/schemas.ts'
import { portrait, samplePhotograph } from './support/pictures.ts'
import { startTestServer, type TestServer } from './support/server.ts'

/** The parts of the vendor's client that the tests call. */
interface OfficialClient {
  XClientId: string
  XClientSecret: string
  XEnvironment: unknown
  XApiVersion: string
  XEnableErrorAnalytics: boolean
  basePath: string
  Environment: { SANDBOX: unknown }
  VrsFaceLivenessCheck(
    version: string,
    id: string,
    image: unknown,
  ): Promise<{ status: number; data: unknown }>
  VrsFaceMatchVerification(
    id: string,
    first: unknown,
    second: unknown,
    signature?: string,
    threshold?: string,
  ): Promise<{ status: number; data: unknown }>
}

const require = createRequire(import.meta.url)

describe.each([
  ['4.0.1', 'cashfree-verification'],
  ['3.0.0', 'cashfree-verification-3'],
])("the vendor's client %s, unmodified", (_version, name) => {
  const { Cashfree } = require(name) as { Cashfree: OfficialClient }
  let server: TestServer
  let folder: string
  let files: Record<'a' | 'b' | 'group', string>

  beforeAll(async () => {
    server = await startTestServer()
    const { headers } = await server.client('cashfree')
    Cashfree.XClientId = headers['x-client-id']!
    Cashfree.XClientSecret = headers['x-client-secret']!
    Cashfree.XEnvironment = Cashfree.Environment.SANDBOX
    Cashfree.XEnableErrorAnalytics = false
    Cashfree.basePath = `${server.url}/verification`
    folder = mkdtempSync(join(tmpdir(), 'liveface-client-'))
    files = { a: join(folder, 'a.jpg'), b: join(folder, 'b.jpg'), group: join(folder, 'group.jpg') }
    writeFileSync(files.a, await portrait('personA'))
    writeFileSync(files.b, await portrait('personC'))
    writeFileSync(files.group, samplePhotograph(6))
  })
  afterAll(async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('checks liveness of a stream', async () => {
    const { status, data } = await Cashfree.VrsFaceLivenessCheck(
      '2024-12-01',
      'one',
      createReadStream(files.a),
    )
    expect(status).toBe(200)
    const answer = livenessAnswer.strict().parse(data)
    expect(answer.verification_id).toBe('one')
    expect(['SUCCESS', 'REAL_FACE_NOT_DETECTED']).toContain(answer.status)
  })

  it('checks liveness of a buffer', async () => {
    const { data } = await Cashfree.VrsFaceLivenessCheck('2024-12-01', 'two', await portrait('personA'))
    expect(livenessAnswer.strict().parse(data).verification_id).toBe('two')
  })

  it('sees that there are several faces', async () => {
    const { data } = await Cashfree.VrsFaceLivenessCheck('2024-12-01', 'group', createReadStream(files.group))
    expect(data).toMatchObject({ status: 'MULTIPLE_FACES_DETECTED', liveness: false, liveness_score: 0 })
  })

  it('matches a person with herself', async () => {
    const { data } = await Cashfree.VrsFaceMatchVerification(
      'same',
      createReadStream(files.a),
      await portrait('personA'),
    )
    expect(matchAnswer.strict().parse(data)).toMatchObject({ status: 'SUCCESS', face_match_result: 'YES' })
  })

  it('tells two people apart, also at a low threshold', async () => {
    const { data } = await Cashfree.VrsFaceMatchVerification(
      'different',
      createReadStream(files.a),
      createReadStream(files.b),
      undefined,
      '0.5',
    )
    expect(matchAnswer.strict().parse(data)).toMatchObject({ status: 'SUCCESS', face_match_result: 'NO' })
  })

  it('is refused with a wrong secret', async () => {
    const secret = Cashfree.XClientSecret
    Cashfree.XClientSecret = 'wrong'
    const failed = await Cashfree.VrsFaceLivenessCheck('2024-12-01', 'x', createReadStream(files.a)).catch(
      (error: { response: { status: number; data: unknown } }) => error.response,
    )
    Cashfree.XClientSecret = secret
    expect(failed.status).toBe(401)
    expect(failed.data).toMatchObject({ code: 'authentication_failed' })
  })
})
