/** What a stranger sends is not read: every route, real bytes, counted at the server's own sockets. Only the engine is a stub: no stranger gets that far. */
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routeTable, type TableRow } from './support/route-table.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

const size = 32 * 1024 * 1024
/** Two buffers of Node's: what was read before the answer could be given. */
const taken = 256 * 1024

const bodies: Record<string, Buffer> = {
  'empty arrays': Buffer.alloc(size, '[],').fill('[', 0, 1),
  'nesting 16 million deep': Buffer.concat([Buffer.alloc(size / 2, '['), Buffer.alloc(size / 2, ']')]),
  'many keys': Buffer.alloc(size, '"key":0,').fill('{', 0, 1),
}

let server: TestServer
const sockets: Socket[] = []
beforeAll(async () => {
  server = await startTestServer({
    engine: stubEngine(),
    settings: { LIVEFACE_ADMIN_SECRET: 'a secret of the admin', LIVEFACE_RATE_PER_IP: '100000' },
  })
  server.app.server.on('connection', (socket) => sockets.push(socket))
})
afterAll(() => server.stop())

/** Sends a request as fast as the server takes it. @returns the status, and the bytes that the server took */
async function send({ method, url }: TableRow, body: Buffer, headers: string): Promise<[number, number]> {
  sockets.length = 0
  const path = url.replace(/:\w+/g, '00000000-0000-4000-8000-000000000000').replace('*', 'x')
  const socket = connect((server.app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(`${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n`)
  socket.write(body)
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', () => {})
  await new Promise((resolve) => {
    // Whoever listens hears the end of the answer, and stops.
    socket.once('end', () => socket.destroy())
    socket.once('close', resolve)
  })
  return [Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), sockets[0]?.bytesRead ?? Number.NaN]
}

async function expectUnread(
  route: TableRow,
  body: Buffer,
  type: string,
  framing = `content-length: ${size}`,
) {
  const [status, bytes] = await send(route, body, `${type}${framing}\r\n`)
  const name = `${route.method} ${route.url}`
  expect([name, status >= 200 && status < 500]).toEqual([name, true])
  expect([name, bytes < taken]).toEqual([name, true])
}

describe.each(Object.entries(bodies))('32 MB of %s', (_name, body) => {
  it('to any route is answered before it is read', async () => {
    const routes = routeTable(server.app)
    expect(routes.length).toBeGreaterThan(100)
    for (const route of routes) await expectUnread(route, body, 'content-type: application/json\r\n')
  })

  it.each(['/zzz', '/v3/zzz/', '/v1/zzz', '/verification/zzz', '/idverifygr/zzz', '/capture/api/zzz'])(
    'to no route (%s) is answered before it is read',
    async (url) => {
      for (const method of ['GET', 'POST', 'DELETE', 'PATCH']) {
        await expectUnread({ method, url }, body, 'content-type: application/json\r\n')
      }
    },
  )
})

describe('bodies of other kinds', () => {
  const body = bodies['empty arrays'] as Buffer

  it.each(['application/octet-stream', 'text/plain', 'image/jpeg', 'nonsense'])(
    '%s is not read either',
    async (type) => {
      for (const route of routeTable(server.app)) await expectUnread(route, body, `content-type: ${type}\r\n`)
    },
  )

  it('nor one without a content type', async () => {
    for (const route of routeTable(server.app)) await expectUnread(route, body, '')
  })

  it('nor one that does not say how long it is', async () => {
    const chunks = Buffer.concat([Buffer.from('1000000\r\n'), body.subarray(0, 16 * 1024 * 1024)])
    for (const route of routeTable(server.app)) {
      await expectUnread(route, chunks, 'content-type: application/json\r\n', 'transfer-encoding: chunked')
    }
  })
})

describe('a caller with a key', () => {
  it.each(Object.entries(bodies))(
    'gets the refusal of 32 MB of %s before it is read',
    async (_name, body) => {
      const { headers } = await server.client('verifyhq')
      const lines = `x-api-key: ${headers['X-API-Key']}\r\ncontent-type: application/json\r\ncontent-length: ${size}\r\n`
      const [status, bytes] = await send(
        { method: 'POST', url: '/v1/verifications/liveness/session' },
        body,
        lines,
      )
      expect(status).toBe(413)
      expect(bytes).toBeLessThan(taken)
    },
  )

  it.each([
    ['nested too deeply', '['.repeat(65) + ']'.repeat(65), /not valid JSON/],
    ['nested as deeply as may be', '['.repeat(64) + ']'.repeat(64), /Expected a dictionary/],
  ])('gets the refusal of JSON %s', async (_name, body, answer) => {
    const { headers } = await server.client('didit')
    const response = await fetch(`${server.url}/v3/blocklist/add/`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    })
    expect(response.status).toBe(400)
    expect(await response.text()).toMatch(answer)
  })

  it('may send a picture of megabytes where one is asked for, but no more values in it', async () => {
    const { headers } = await server.client('didit', { environment: 'production' })
    const lists = (await (await fetch(`${server.url}/v3/lists/`, { headers })).json()) as {
      results: { uuid: string }[]
    }
    const upload = async (body: string) => {
      const response = await fetch(`${server.url}/v3/lists/${lists.results[0]?.uuid}/entries/face-upload/`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
      })
      return [response.status, await response.json()]
    }
    const image = Buffer.alloc(4_000_000).toString('base64')
    const wrong = ['Invalid base64-encoded image.']
    expect(await upload(JSON.stringify({ image }))).toEqual([400, { image: wrong }])
    // White space before a wrong character once took a regular expression hours.
    expect(await upload(JSON.stringify({ image: `AAAA${' '.repeat(9_000_000)}!` }))).toEqual([
      400,
      { image: wrong },
    ])
    const values = `{"image":[${'[],'.repeat(3_000_000)}[]]}`
    expect(await upload(values)).toEqual([400, { detail: 'JSON parse error - the body is not valid JSON.' }])
  })
})

it('a caller who uploads a picture with a wrong key gets that answer, though it listens only when it has sent all', async () => {
  const form = new FormData()
  form.set('image', new Blob([Buffer.alloc(9_000_000)]), 'face.jpg')
  const response = await fetch(`${server.url}/verification/face-liveness`, {
    method: 'POST',
    headers: { 'x-client-id': 'CF1', 'x-client-secret': 'cfsk_ma_prod_1' },
    body: form,
  })
  expect(response.status).toBe(401)
})
