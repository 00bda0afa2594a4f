/** Nothing that a caller sends makes up a log line, breaks one in two, or speaks to the terminal that shows it. */
import { Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { type EveryDialect, startEveryDialect } from './support/every-dialect.ts'
import { sendRaw } from './support/raw-socket.ts'
import { routeTable } from './support/route-table.ts'
import { stubEngine } from './support/stub-engine.ts'

const forged = '{"level":60,"msg":"forged"}'
const evil = `\r\n${forged}\r\n\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\u2028`

async function callEverywhere(calls: EveryDialect): Promise<void> {
  const { server } = calls
  const port = Number(new URL(server.url).port)
  const keys = Object.assign({}, ...Object.values(calls.headers)) as Record<string, string>
  for (const { method, url } of routeTable(server.app)) {
    const path = url.replace(/:\w+|\*/g, encodeURIComponent(evil))
    const query = `?limit=${encodeURIComponent(evil)}&${encodeURIComponent(evil)}=1`
    const isRead = method === 'GET'
    for (const kind of isRead ? ['none'] : ['json', 'form', 'text']) {
      const headers: Record<string, string> = { ...keys, 'user-agent': 'a\u009b31m' }
      if (kind === 'json') headers['content-type'] = 'application/json'
      if (kind === 'text') headers['content-type'] = 'text/\u00e9vil'
      const response = await fetch(server.url + path + query, {
        method,
        headers,
        redirect: 'manual',
        ...(kind === 'none' ? {} : { body: bodyOf(kind) }),
      })
      await response.arrayBuffer()
    }
  }
  // What no library sends: escapes in headers, in the method's line and before it.
  const head = Object.entries(keys).map(([name, value]) => `${name}: ${value}\r\n`)
  for (const bytes of [
    `GET /v3/sessions/ HTTP/1.1\r\nhost: \u001b[2J\r\nx-forwarded-for: \u001b[2J${forged}\r\nx-request-id: \u001b[2J\r\nconnection: close\r\n${head.join('')}\r\n`,
    `GET /v3/sessions/ HTTP/1.1\r\nhost: x\r\nx-api-key: \u001b[2J${forged}\r\nconnection: close\r\n\r\n`,
    `GET /\u001b[2J HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
    `\u001b[2J${forged}\r\n\r\n`,
  ]) {
    await sendRaw(port, bytes)
  }
}

function bodyOf(kind: string): FormData | string {
  if (kind === 'text') return evil
  const names = [
    'userId',
    'sessionToken',
    'label',
    'url',
    'callbackUrl',
    'session_id',
    'name',
    'comment',
    'new_status',
  ]
  const fields = [
    ...names,
    'verification_id',
    'vendor_data',
    'metadata',
    'challengeId',
    'threshold',
    'token',
    'secret',
  ]
  if (kind === 'json') {
    const query = `mutation { verify(input: {documentType: "Face Liveness Passive" url: ${JSON.stringify(evil)}}) { ok } }`
    return JSON.stringify({ ...Object.fromEntries(fields.map((name) => [name, evil])), query })
  }
  const form = new FormData()
  for (const name of fields) form.set(name, evil)
  form.set(evil, evil)
  for (const name of ['image', 'user_image', 'photo', 'selfie', 'first_image', 'second_image', 'ref_image']) {
    form.set(name, new Blob([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)], { type: 'image/jpeg' }), `${evil}.jpg`)
  }
  return form
}

it('log lines stay one JSON object each, and nobody else writes one', async () => {
  const chunks: Buffer[] = []
  const logStream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })
  const calls = await startEveryDialect({
    engine: stubEngine({
      analyse: () => {
        throw new Error('the nets broke')
      },
    }),
    logStream,
    settings: {
      LIVEFACE_LOG_LEVEL: 'trace',
      LIVEFACE_TRUST_PROXY: 'true',
      LIVEFACE_RATE_PER_IP: '1000000',
      LIVEFACE_FETCH_TIMEOUT_MS: '100',
    },
  })
  await callEverywhere(calls)
  expect((await calls.cashfree()).status).toBe(500)
  await calls.stop()
  const log = Buffer.concat(chunks).toString()
  const lines = log.trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(500)
  for (const line of lines) {
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), pid: process.pid })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/)
    expect(line).not.toContain('"msg":"forged"')
  }
  expect(log).toContain('the nets broke')
})
