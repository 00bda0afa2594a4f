/** How clients of many makes write one form. The stub engine hides what is seen in the picture, not how it arrives. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/support/server.ts'
import { stubEngine } from '../../../test/support/stub-engine.ts'

const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46])

let server: TestServer
let headers: Record<string, string>
beforeAll(async () => {
  server = await startTestServer({ engine: stubEngine() })
  headers = (await server.client('cashfree')).headers
})
afterAll(() => server.stop())

/** A part as it stands on the wire. */
const part = (disposition: string, body: string | Buffer, type?: string) =>
  Buffer.concat([
    Buffer.from(`--b\r\nContent-Disposition: form-data; ${disposition}\r\n`),
    Buffer.from(type ? `Content-Type: ${type}\r\n\r\n` : '\r\n'),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ])
const image = part('name="image"; filename="a.jpg"', jpeg, 'image/jpeg')
const idPart = (id: string, type?: string) => part('name="verification_id"', id, type)
let sequence = 0
const freshId = () => idPart(`form-${++sequence}`)

async function send(parts: Buffer[], { path = 'face-liveness', closed = true, type = '' } = {}) {
  const response = await fetch(`${server.url}/verification/${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': type || 'multipart/form-data; boundary=b' },
    body: Buffer.concat([...parts, Buffer.from(closed ? '--b--\r\n' : '')]),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

describe('a text part', () => {
  it.each([
    ['of twenty digits, typed JSON', '12345678901234567890', 'application/json', '12345678901234567890'],
    [
      'of digits beyond a double, typed JSON',
      '98765432109876541001',
      'application/json; charset=UTF-8',
      '98765432109876541001',
    ],
    ['that is no JSON, typed so', 'abc_17960068', 'application/json', 'abc_17960068'],
    ['with leading zeros, typed JSON', '00123456', 'application/json', '00123456'],
    ['in the quotes of JSON', '"quoted-1"', 'application/json', 'quoted-1'],
    ['without a type', 'plain.1', undefined, 'plain.1'],
    ['of text/plain with a character set', 'plain.2', 'text/plain; charset=ISO-8859-1', 'plain.2'],
  ])('%s is taken as it came', async (_what, text, type, id) => {
    const { status, body } = await send([idPart(text, type), image])
    expect({ status, id: body.verification_id }).toEqual({ status: 200, id })
  })

  it('that differs in its last digits only is another id, and the same one is taken', async () => {
    const ids = ['98765432109876542001', '98765432109876542002', '98765432109876542001']
    const statuses: number[] = []
    for (const id of ids) statuses.push((await send([idPart(id, 'application/json'), image])).status)
    expect(statuses).toEqual([200, 200, 409])
  })

  it.each([
    ['that is no JSON, typed so', part('name="strict_check"', 'yes', 'application/json')],
    ['typed JSON, true', part('name="strict_check"', 'true', 'application/json')],
  ])('that nobody asks for, %s, costs the form nothing', async (_what, extra) => {
    expect((await send([extra, freshId(), image], { path: 'liveliness' })).status).toBe(200)
  })

  it('is a number for a match in any type', async () => {
    const pictures = [
      part('name="first_image"; filename="a"', jpeg),
      part('name="second_image"; filename="b"', jpeg),
    ]
    for (const [text, status] of [
      ['0.8', 200],
      ['"0.8"', 200],
      ['null', 200],
      ['{"a":1}', 400],
    ] as const) {
      const threshold = part('name="threshold"', text, 'application/json')
      const answer = await send([freshId(), threshold, ...pictures], { path: 'face-match' })
      expect([text, answer.status]).toEqual([text, status])
    }
  })
})

it('a threshold longer than is read is no threshold', async () => {
  const pictures = ['first_image', 'second_image'].map((name) => part(`name="${name}"; filename="a"`, jpeg))
  const threshold = part('name="threshold"', `0.${'5'.repeat(70_000)}`)
  const { status, body } = await send([freshId(), threshold, ...pictures], { path: 'face-match' })
  expect({ status, code: body.code }).toEqual({ status: 400, code: 'threshold_value_invalid' })
})

describe('a picture', () => {
  it.each([
    ['with name and type', image],
    [
      'with a type and no name (Alamofire, OkHttp, curl -F image=<a.jpg)',
      part('name="image"', jpeg, 'image/jpeg'),
    ],
    ['with an octet stream for a type and no name', part('name="image"', jpeg, 'application/octet-stream')],
    ['with neither (Guzzle, .NET)', part('name="image"', jpeg)],
    ['with text/plain for a type and a name', part('name="image"; filename="a.jpg"', jpeg, 'text/plain')],
    ['with an encoded name', part(`name=image; filename*=UTF-8''a.jpg`, jpeg, 'image/jpeg')],
  ])('%s is a file', async (_what, picture) => {
    expect((await send([freshId(), picture])).status).toBe(200)
  })

  it.each([
    ['text', part('name="image"', 'data:image/jpeg;base64,/9j/')],
    ['an input without a chosen file', part('name="image"; filename=""', '', 'application/octet-stream')],
    ['an empty file', part('name="image"; filename="a.jpg"', '', 'image/jpeg')],
  ])('that is %s is missing', async (_what, picture) => {
    const { status, body } = await send([freshId(), picture])
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'image_field_missing' })
  })
})

describe('a form that is not whole', () => {
  it.each([
    ['that breaks off within the picture', [freshId(), image.subarray(0, -6)], 'image_field_missing'],
    ['that breaks off after its id', [freshId(), idPart('x').subarray(0, 20)], 'image_field_missing'],
    ['that breaks off within its id', [idPart('x').subarray(0, -2)], 'verification_id_missing'],
  ])('%s gets an error that names what did not arrive', async (_what, parts, code) => {
    const { status, body } = await send(parts, { closed: false })
    expect({ status, code: body.code }).toEqual({ status: 400, code })
  })

  it.each([
    ['more fields than any client sends', Array.from({ length: 40 }, (_, n) => part(`name="f${n}"`, 'x'))],
    ['five pictures more', Array.from({ length: 5 }, (_, n) => part(`name="p${n}"; filename="p"`, jpeg))],
    ['a field named __proto__', [part('name="__proto__"', 'x')]],
    ['a field named constructor', [part('name="constructor"', 'x')]],
  ])('or has %s after what is asked for, is judged by what is asked for', async (_what, extra) => {
    expect((await send([freshId(), image, ...extra])).status).toBe(200)
  })

  it('or names no boundary, has no fields', async () => {
    const { status, body } = await send([freshId(), image], { type: 'multipart/form-data' })
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'verification_id_missing' })
  })
})
