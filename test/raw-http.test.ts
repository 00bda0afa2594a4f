/** Requests that no HTTP library would send: framing, headers and multipart bodies. */
import { existsSync, readdirSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EveryDialect, startEveryDialect } from './support/every-dialect.ts'
import { headerLines, sendRaw } from './support/raw-socket.ts'
import { stubEngine } from './support/stub-engine.ts'

let calls: EveryDialect
let port: number
beforeAll(async () => {
  calls = await startEveryDialect({
    engine: stubEngine(),
    settings: {
      LIVEFACE_RATE_PER_IP: '10000000',
    },
  })
  port = Number(new URL(calls.server.url).port)
})
afterAll(() => calls.stop())

const path = '/verification/face-liveness'
const keys = () => headerLines(calls.headers.cashfree)

/** A request to Cashfree's route. `extra` are whole header lines. */
function request(extra: string, body = ''): string {
  return `POST ${path} HTTP/1.1\r\nhost: x\r\n${keys()}connection: close\r\n${extra}\r\n${body}`
}

describe('framing and headers', () => {
  const length = (count: number | string) => `content-length: ${count}\r\n`
  it.each<[string, () => string, (number | null)[]]>([
    ['two lengths', () => request(length(3) + length(4), 'abcd'), [400]],
    ['a length and chunks', () => request(`${length(5)}transfer-encoding: chunked\r\n`, '0\r\n\r\n'), [400]],
    ['a negative length', () => request(length(-1)), [400]],
    ['a length that is no number', () => request(length('1e1'), 'x'.repeat(10)), [400]],
    ['a length beyond all numbers', () => request(length('9'.repeat(40))), [400]],
    [
      'a longer length than body',
      () => request(`${length(500)}content-type: application/json\r\n`, '{}'),
      // Nobody asked for the body, so nobody waits for it.
      [400],
    ],
    [
      'a chunk size that is none',
      () => request('transfer-encoding: chunked\r\n', 'zz\r\nabc\r\n0\r\n\r\n'),
      [400],
    ],
    ['chunks twice over', () => request('transfer-encoding: chunked, chunked\r\n', '0\r\n\r\n'), [400]],
    ['a NUL in a header', () => request('x-odd: a\0b\r\n'), [400]],
    ['a bare CR in a header', () => request('x-odd: a\rb: c\r\n'), [400]],
    ['a space before the colon', () => request('x-odd : a\r\n'), [400]],
    ['a folded header', () => request('x-odd: a\r\n b\r\n'), [400]],
    ['a header without a name', () => request(': a\r\n'), [400]],
    ['a header of 100 KB', () => request(`x-odd: ${'a'.repeat(100_000)}\r\n`), [431]],
    ['ten thousand headers', () => request('x-odd: a\r\n'.repeat(10_000)), [431]],
    ['no host', () => `GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n`, [400]],
    ['a URL of 100 KB', () => `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, [431]],
    ['a URL that is no URL', () => 'GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', [400, 404]],
    ['a NUL in the URL', () => 'GET /a\0b HTTP/1.1\r\nhost: x\r\n\r\n', [400]],
    ['an unknown method', () => 'BREW /healthz HTTP/1.1\r\nhost: x\r\n\r\n', [400]],
    ['an unknown version', () => 'GET /healthz HTTP/3.7\r\nhost: x\r\n\r\n', [400]],
    ['the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400, null]],
    ['a TLS greeting', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', [400]],
    ['bytes of no protocol', () => '\0'.repeat(5000), [400]],
    [
      'a proxy request',
      () => 'CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n',
      [400, 404, null],
    ],
    ['a trace', () => 'TRACE /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', [400, 404]],
    [
      'an upgrade',
      () => 'GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\n',
      [200, 400],
    ],
    ['keys sent twice', () => request(`${keys()}${length(0)}`), [401]],
    [
      'keys that are no ASCII',
      () => request(length(0)).replace(/(x-client-secret: ).*\r/, '$1\xe4\xf6\xfc\r'),
      [401],
    ],
    ['a content type that is none', () => request(`content-type: ;;;\r\n${length(2)}`, '{}'), [400]],
    ['JSON that is none', () => request(`content-type: application/json\r\n${length(2)}`, '{]'), [400]],
    ['names in capitals', () => request(length(0)).replace(/x-client/g, 'X-CLIENT'), [400]],
  ])('%s: refused, and the server goes on', async (_name, bytes, statuses) => {
    const { status, text } = await sendRaw(port, bytes())
    expect(statuses, text).toContain(status)
    for (const [, secret] of Object.entries(calls.headers.cashfree)) expect(text).not.toContain(secret)
    expect((await calls.cashfree()).status).toBe(200)
  })

  it('what follows a request of shorter length than its body is no part of the answer to another', async () => {
    const smuggled = 'GET /v3/sessions/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'
    const bytes = `POST ${path} HTTP/1.1\r\nhost: x\r\n${keys()}${'content-length: 0\r\n'}\r\n${smuggled}`
    const { text } = await sendRaw(port, bytes)
    // Two requests of one caller on one connection: the second has no keys and gets nothing.
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 403'])
  })
})

const line = '\r\n'
const jpeg = '\xff\xd8\xff\xe0\0\x10JFIF'

function part(disposition: string, body: string, headers = ''): string {
  return `--B${line}content-disposition: form-data; ${disposition}${line}${headers}${line}${body}${line}`
}

const idPart = (id: string) => part('name="verification_id"', id)
const picturePart = (filename = 'a.jpg') =>
  part(`name="image"; filename="${filename}"`, jpeg, `content-type: image/jpeg${line}`)

function multipart(body: string, type = 'multipart/form-data; boundary=B'): string {
  return request(`content-type: ${type}\r\ncontent-length: ${body.length}\r\n`, body)
}

let count = 0
const freshId = () => `raw-${++count}`

describe('multipart bodies', () => {
  const end = `--B--${line}`
  it.each<[string, () => string, number]>([
    ['the usual order', () => multipart(idPart(freshId()) + picturePart() + end), 200],
    ['the other order', () => multipart(picturePart() + idPart(freshId()) + end), 200],
    [
      'words before and after',
      () => multipart(`hello${line}${idPart(freshId())}${picturePart()}${end}bye`),
      200,
    ],
    [
      'an id sent twice counts once',
      () => multipart(idPart(freshId()) + idPart('zweite') + picturePart() + end),
      200,
    ],
    [
      'a picture sent twice counts once',
      () => multipart(idPart(freshId()) + picturePart() + picturePart() + end),
      200,
    ],
    [
      'a quoted boundary',
      () => multipart(idPart(freshId()) + picturePart() + end, 'multipart/form-data; boundary="B"'),
      200,
    ],
    [
      'a path for a name',
      () => multipart(idPart(freshId()) + picturePart('../../../../tmp/liveface-traversal.jpg') + end),
      200,
    ],
    ['a NUL in the file name', () => multipart(idPart(freshId()) + picturePart('a\0.jpg') + end), 200],
    [
      'unknown fields',
      () => multipart(idPart(freshId()) + part('name="unknown"', 'x') + picturePart() + end),
      200,
    ],
    [
      'a field named like the root of all objects',
      () => multipart(part('name="__proto__"', 'x') + idPart(freshId()) + picturePart() + end),
      200,
    ],
    ['no boundary', () => multipart(idPart(freshId()) + picturePart() + end, 'multipart/form-data'), 400],
    [
      'an empty boundary',
      () => multipart(idPart(freshId()) + picturePart() + end, 'multipart/form-data; boundary='),
      400,
    ],
    [
      'another boundary',
      () => multipart(idPart(freshId()) + picturePart() + end, 'multipart/form-data; boundary=C'),
      400,
    ],
    [
      'a boundary of 1000',
      () => multipart(idPart(freshId()) + end, `multipart/form-data; boundary=${'B'.repeat(1000)}`),
      400,
    ],
    ['no last boundary', () => multipart(idPart(freshId()) + picturePart()), 400],
    [
      'line ends without CR',
      () => multipart((idPart(freshId()) + picturePart() + end).replaceAll('\r', '')),
      400,
    ],
    ['an empty body', () => multipart(''), 400],
    ['a part without a name', () => multipart(part('filename="a.jpg"', jpeg) + end), 400],
    ['a part without a header', () => multipart(`--B${line}${line}x${line}${end}`), 400],
    [
      'a part header of 100 KB',
      () => multipart(part(`name="${'a'.repeat(100_000)}"`, 'x') + idPart(freshId()) + end),
      400,
    ],
    ['an id of 1 MB', () => multipart(idPart('a'.repeat(1 << 20)) + picturePart() + end), 400],
    ['an id with a NUL', () => multipart(idPart('a\0b') + picturePart() + end), 400],
    ['an id with a line end', () => multipart(idPart('a\r\nx-forged: 1') + picturePart() + end), 400],
    [
      'a thousand fields',
      () => multipart(part('name="f"', 'x').repeat(1000) + idPart(freshId()) + picturePart() + end),
      400,
    ],
    ['a hundred files', () => multipart(picturePart().repeat(100) + idPart(freshId()) + end), 400],
    [
      'a form within the form',
      () =>
        multipart(
          part('name="image"', `--C${line}${line}--C--`, `content-type: multipart/mixed; boundary=C${line}`) +
            end,
        ),
      400,
    ],
    [
      'a zipped body',
      () =>
        multipart(idPart(freshId()) + picturePart() + end).replace(
          'content-type',
          'content-encoding: gzip\r\ncontent-type',
        ),
      200,
    ],
  ])('%s', async (_name, bytes, expected) => {
    const { status, text } = await sendRaw(port, bytes())
    expect(status, text).toBe(expected)
    const answer = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))
    if (expected === 400) expect(Object.keys(answer)).toEqual(['type', 'code', 'message'])
    else expect(answer).toMatchObject({ status: 'SUCCESS' })
  })

  it('that name a path write nothing anywhere', () => {
    expect(existsSync('/tmp/liveface-traversal.jpg')).toBe(false)
    expect(
      readdirSync(calls.server.dataDirectory).filter((name) => !/^(liveface\.db|master\.key)/.test(name)),
    ).toEqual([])
  })

  it('mutated anywhere are answered in the words of the dialect, never with a failure', async () => {
    const whole = () => idPart(freshId()) + picturePart() + end
    const change = fc.record({
      at: fc.nat(400),
      remove: fc.nat(20),
      insert: fc.string({ unit: 'binary', maxLength: 20 }),
    })
    const statuses = new Set<number | null>()
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        let body = Buffer.from(whole(), 'latin1')
        for (const { at, remove, insert } of changes) {
          body = Buffer.concat([body.subarray(0, at), Buffer.from(insert), body.subarray(at + remove)])
        }
        const { status, text } = await sendRaw(port, multipart(body.toString('latin1')))
        statuses.add(status)
        expect([200, 400, 409], text).toContain(status)
        JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))
      }),
      { numRuns: 300 },
    )
    expect(statuses.has(400)).toBe(true)
  })
})
