import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { testDatabases } from './support/databases.ts'
import { diditCaller, selfie, templateOf } from './support/didit.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

const postgres = (await testDatabases()).find(({ name }) => name === 'PostgreSQL')
const dataDirectory = mkdtempSync(join(tmpdir(), 'liveface-replicas-'))
afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }))

describe.skipIf(!postgres || postgres.unavailable)('two servers over one PostgreSQL', () => {
  let axis = 0
  const servers: TestServer[] = []
  afterAll(async () => {
    for (const server of servers) await server.stop()
  })

  it('never both miss each other’s enrolment, and share sessions, pictures and lists', async () => {
    const location = await postgres!.location()
    const settings = {
      LIVEFACE_DATABASE_URL: 'url' in location ? location.url : '',
      LIVEFACE_MASTER_KEY: randomBytes(32).toString('base64'),
    }
    const engine = stubEngine({ analyse: () => selfie({ template: templateOf(axis) }) })
    for (let count = 0; count < 2; count++) {
      servers.push(await startTestServer({ engine, settings, dataDirectory }))
    }
    const [first, second] = servers as [TestServer, TestServer]
    const here = await diditCaller(first)
    const urlOf = (index: number) => (index % 2 === 0 ? first.url : second.url)
    const picture = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#a08070' } })
      .jpeg()
      .toBuffer()
    const live = async (index: number) => {
      const form = new FormData()
      form.set('user_image', new Blob([new Uint8Array(picture)]), 'a.jpg')
      const response = await fetch(`${urlOf(index)}/v3/passive-liveness/`, {
        method: 'POST',
        headers: here.headers,
        body: form,
      })
      return (await response.json()) as {
        request_id: string
        liveness: { status: string; warnings: { risk: string }[] }
      }
    }

    for (axis = 1; axis <= 5; axis++) {
      const answers = await Promise.all([0, 1, 2, 3].map(live))
      const risks = answers.map(({ liveness }) => liveness.warnings.map(({ risk }) => risk))
      expect(risks.filter((found) => found.length === 0)).toHaveLength(1)
      expect(risks.filter((found) => found[0] === 'DUPLICATED_FACE')).toHaveLength(3)
    }
    axis = 6
    const { request_id: id } = await live(0)
    const decision = await fetch(`${second.url}/v3/session/${id}/decision/`, { headers: here.headers })
    expect(decision.status).toBe(200)
    const { liveness_checks: checks } = (await decision.json()) as {
      liveness_checks: { reference_image: string }[]
    }
    expect((await fetch(checks[0]!.reference_image)).status).toBe(200)
    await here.send('POST', '/v3/blocklist/add/', { session_id: id, blocklist_face: true })
    expect((await live(1)).liveness.status).toBe('Declined')
    await here.send('DELETE', `/v3/session/${id}/delete/`)
    expect((await fetch(`${second.url}/v3/session/${id}/decision/`)).status).toBe(404)
    expect((await live(1)).liveness.warnings[0]?.risk).toBe('FACE_IN_BLOCKLIST')
    expect((await first.services.audit.verify()).intact).toBe(true)
  })
})
