/** Callers who never finish what they say (slowloris): they are cut off, and nobody else waits for them. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectNames, type EveryDialect, startEveryDialect } from './support/every-dialect.ts'
import { dribble, headerLines } from './support/raw-socket.ts'
import { stubEngine } from './support/stub-engine.ts'

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
  const slow = Object.entries(kinds).flatMap(([kind, [first, again]]) =>
    Array.from({ length: 20 }, () => ({ kind, ...dribble(port, first, again, 50) })),
  )
  try {
    // A client of ours that sends slowly may cost others a moment's wait, which they are told of, and no more.
    for (const name of dialectNames) {
      await expect.poll(async () => (await calls[name]()).status, { timeout: 5_000 }).toBeLessThan(300)
    }
    // Otherwise they would not have been slow.
    const stillOpen = new Set(slow.filter(({ isOpen }) => isOpen()).map(({ kind }) => kind))
    expect([...stillOpen]).toEqual(expect.arrayContaining(['the body', 'a body of chunks']))
    for (const { kind, closed } of slow) {
      const { status, text } = await closed
      expect([408, 400, 401, 503, null], `${kind}: ${text}`).toContain(status)
    }
  } finally {
    for (const { end } of slow) end()
  }
  expect((await calls.cashfree()).status).toBe(200)
})
