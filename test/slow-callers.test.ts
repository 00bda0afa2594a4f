/**
 * Callers who never finish what they say (slowloris) and hosts that never finish a picture: they are cut off, and nobody
 * else waits for them.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialectNames, type EveryDialect, startEveryDialect } from './support/every-dialect.ts'
import { dribble, headerLines } from './support/raw-socket.ts'
import { stubEngine } from './support/stub-engine.ts'
import { startWebServer, type WebServer } from './support/web-server.ts'

let calls: EveryDialect
let port: number
beforeAll(async () => {
  calls = await startEveryDialect({
    engine: stubEngine(),
    settings: { LIVEFACE_HEADERS_TIMEOUT_MS: '700', LIVEFACE_REQUEST_TIMEOUT_MS: '6000' },
  })
  port = Number(new URL(calls.server.url).port)
})
afterAll(() => calls.stop())

const path = '/verification/face-liveness'
const keys = () => headerLines(calls.headers.cashfree)

it('callers who never finish are cut off, whatever they dribble, and others are answered meanwhile', async () => {
  const head = `POST ${path} HTTP/1.1\r\nhost: x\r\n`
  const body = `${head}${keys()}content-type: multipart/form-data; boundary=B\r\ncontent-length: 100000\r\n\r\n`
  const kinds: Record<string, [first: string, again: string]> = {
    silence: ['', ''],
    'a first byte': ['P', ''],
    headers: [head, 'x-a: b\r\n'],
    'one header': [`${head}x-a: `, 'b'],
    'the body': [`${body}--B\r\n`, 'a'],
    'a body of chunks': [
      `${head}${keys()}transfer-encoding: chunked\r\ncontent-type: multipart/form-data; boundary=B\r\n\r\n`,
      '1\r\na\r\n',
    ],
    'a body without keys': [`${head}content-type: application/json\r\ncontent-length: 100000\r\n\r\n`, ' '],
  }
  // In turns, so that some of each kind are let in before there is no more room.
  const slow = Array.from({ length: 20 }).flatMap(() =>
    Object.entries(kinds).map(([kind, [first, again]]) => ({ kind, ...dribble(port, first, again, 50) })),
  )
  try {
    // A client of ours that sends slowly may cost others a moment's wait, which they are told of, and no more.
    let stillOpen: Set<string> | undefined
    for (const name of dialectNames) {
      await expect.poll(async () => (await calls[name]()).status).toBeLessThan(300)
      stillOpen ??= new Set(slow.filter(({ isOpen }) => isOpen()).map(({ kind }) => kind))
    }
    // Otherwise they would not have been slow; a busy machine may cut them off before it has answered every dialect.
    expect([...(stillOpen ?? [])]).toEqual(expect.arrayContaining(['the body', 'a body of chunks']))
    for (const { kind, closed } of slow) {
      const { status, text } = await closed
      expect([408, 400, 401, 503, null], `${kind}: ${text}`).toContain(status)
    }
  } finally {
    for (const { end } of slow) end()
  }
  await expect.poll(async () => (await calls.cashfree()).status).toBe(200)
})

describe('with eight requests at once', () => {
  let few: EveryDialect
  let silent: WebServer
  let connected = 0
  const stats = () => few.server.services.admission.stats()
  beforeAll(async () => {
    silent = await startWebServer(() => connected++)
    few = await startEveryDialect({
      engine: stubEngine(),
      settings: {
        LIVEFACE_REQUESTS: '8',
        LIVEFACE_FETCH_PORTS: String(silent.port),
        LIVEFACE_FETCH_TIMEOUT_MS: '20000',
      },
    })
  })
  afterAll(async () => {
    await few.stop()
    await silent.close()
  })

  it('one client who sends slowly holds half of them; more of it is asked to retry', async () => {
    const head = `POST ${path} HTTP/1.1\r\nhost: x\r\n${headerLines(few.headers.cashfree)}`
    const body = `${head}content-type: multipart/form-data; boundary=B\r\ncontent-length: 100000\r\n\r\n--B\r\n`
    const slow = Array.from({ length: 12 }, () =>
      dribble(Number(new URL(few.server.url).port), body, 'a', 50),
    )
    try {
      await expect.poll(stats).toMatchObject({ underWay: 4, refused: 8 })
      const { status, headers } = await few.cashfree()
      expect([status, headers.get('retry-after')]).toEqual([503, '1'])
      for (const name of ['didit', 'verifyhq'] as const) expect((await few[name]()).status).toBeLessThan(300)
    } finally {
      for (const { end } of slow) end()
    }
  })

  it('hosts that never send a picture hold up nobody but those who want pictures of them', async () => {
    const query = `mutation { verify(input: {documentType: "Face Liveness Passive" url: "${silent.url}/x"}) { ok } }`
    const body = JSON.stringify({ query })
    const head = `POST /idverifygr/verification HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${headerLines(few.headers.indiconnect)}`
    const whole = `${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
    const slow = Array.from({ length: 12 }, () => dribble(Number(new URL(few.server.url).port), whole, '', 0))
    await expect.poll(() => connected).toBe(4)
    const answers = await Promise.all((['cashfree', 'didit', 'verifyhq'] as const).map((name) => few[name]()))
    expect(answers.filter(({ status }) => status >= 300)).toEqual([])
    await expect.poll(stats).toMatchObject({ fetching: 4, waiting: 0 })
    // Four wait for their pictures, the surplus was asked to retry.
    await expect.poll(() => slow.filter(({ isOpen }) => isOpen()).length).toBe(4)
    for (const { end } of slow) end()
    const statuses = (await Promise.all(slow.map(({ closed }) => closed))).map(({ status }) => status)
    expect(statuses.filter((status) => status === 503)).toHaveLength(8)
    await expect.poll(stats).toMatchObject({ fetching: 0 })
  })
})
