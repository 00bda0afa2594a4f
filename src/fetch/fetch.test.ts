/** A guarded fetch against real servers. 127.0.0.2 plays the internet, 127.0.0.1 this machine's inside. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startNameServer } from '../../test/support/name-server.ts'
import { startWebServer, type WebServer } from '../../test/support/web-server.ts'
import { createGuardedFetch, FetchError, type GuardedFetchOptions } from './index.ts'
import { createResolveHost } from './resolve.ts'

let outside: WebServer
let inside: WebServer
let mute: Server
const picture = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(100_000, 7)])

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? ''
  const redirect = (to: string, status = 302) => response.writeHead(status, { location: to }).end('moved')
  if (path === '/picture') response.end(picture)
  else if (path === '/wrong-type') response.writeHead(200, { 'content-type': 'text/html' }).end(picture)
  else if (path === '/html') response.end(`<html>${' '.repeat(1000)}</html>`)
  else if (path === '/short') response.end('abc')
  else if (path === '/empty') response.end()
  else if (path === '/announced') response.writeHead(200, { 'content-length': '99999999' }).write('x')
  else if (path === '/lying') response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc`)
  else if (path === '/endless') drip(response, Buffer.alloc(65_536), 1)
  else if (path === '/slow') drip(response, Buffer.from([0xff]), 50)
  else if (path === '/never') return
  else if (path === '/garbage') response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n')
  else if (path === '/headers') response.writeHead(200, { 'x-long': 'a'.repeat(100_000) }).end(picture)
  else if (path === '/echo') echo(request, response)
  else if (path.startsWith('/status/')) response.writeHead(Number(path.slice(8))).end('body')
  else if (path.startsWith('/hops/')) hop(Number(path.slice(6)), redirect)
  else if (path.startsWith('/to/')) redirect(decodeURIComponent(path.slice(4)))
  else if (path === '/nowhere') response.writeHead(302).end()
  else if (path.startsWith('/moved/')) redirect('../picture', Number(path.slice(7)))
  else response.writeHead(404).end()
}

const hop = (left: number, redirect: (to: string) => void) =>
  redirect(left > 1 ? `/hops/${left - 1}` : '/picture')

function drip(response: ServerResponse, chunk: Buffer, everyMs: number): void {
  const timer = setInterval(() => response.write(chunk), everyMs)
  response.on('close', () => clearInterval(timer))
}

function echo(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const { authorization, host } = request.headers
    response
      .writeHead(202)
      .end(JSON.stringify({ body: Buffer.concat(chunks).toString(), authorization, host }))
  })
}

beforeAll(async () => {
  outside = await startWebServer(answer, { address: '127.0.0.2' })
  inside = await startWebServer((_request, response) => response.end('secret'), { port: outside.port })
  // Accepts and says nothing: an open port that is no web server.
  mute = createServer(() => {})
  await new Promise<void>((listening) => mute.listen(outside.port, '127.0.0.3', listening))
})

afterAll(async () => {
  await outside.close()
  await inside.close()
  mute.close()
})

function fetchOutside(options: GuardedFetchOptions = {}) {
  const permits = (address: string) => address !== '127.0.0.1' && address.startsWith('127.')
  return createGuardedFetch({ ports: [outside.port], totalMs: 5000, permits, ...options })
}

const at = (path: string) => `${outside.url}${path}`
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no failure',
    (error) => error,
  )
const reasonOf = async (promise: Promise<unknown>) => ((await failureOf(promise)) as FetchError).reason

describe('get', () => {
  it('returns the body, whatever its content type claims', async () => {
    expect(await fetchOutside().get(at('/picture'))).toEqual(picture)
    expect(await fetchOutside().get(at('/wrong-type'))).toEqual(picture)
  })

  it.each([301, 302, 303, 307, 308])('follows a %i, relative to where it stood', async (status) => {
    expect(await fetchOutside().get(at(`/moved/${status}`))).toEqual(picture)
  })

  it('follows three redirects and not four', async () => {
    expect(await fetchOutside().get(at('/hops/3'))).toEqual(picture)
    expect(await reasonOf(fetchOutside().get(at('/hops/4')))).toBe('redirects_exhausted')
  })

  it.each([
    ['http://127.0.0.1:port/', 'address_refused'],
    ['http://2130706433:port/', 'address_refused'],
    ['//127.0.0.1:port/', 'address_refused'],
    ['http://[::ffff:127.0.0.1]:port/', 'address_refused'],
    ['http://169.254.169.254/', 'address_refused'],
    ['http://user:secret@127.0.0.2:port/picture', 'credentials_refused'],
    ['http://127.0.0.2:6379/', 'port_refused'],
    ['file:///etc/passwd', 'scheme_refused'],
    ['http://[', 'url_malformed'],
  ])('does not follow a redirect to %s', async (target, reason) => {
    const location = encodeURIComponent(target.replace('port', String(outside.port)))
    expect(await reasonOf(fetchOutside().get(at(`/to/${location}`)))).toBe(reason)
    expect(inside.requests).toEqual([])
  })

  it('wants a redirect to say where to', async () => {
    expect(await reasonOf(fetchOutside().get(at('/nowhere')))).toBe('redirect_malformed')
  })

  it.each([204, 206, 304, 400, 404, 500])('takes a %i for a failure', async (status) => {
    expect(await reasonOf(fetchOutside().get(at(`/status/${status}`)))).toBe('status_refused')
  })

  it('stops at the byte limit, announced or not', async () => {
    const limited = { maxBytes: 200_000 }
    expect(await reasonOf(fetchOutside().get(at('/announced'), limited))).toBe('body_too_large')
    expect(await reasonOf(fetchOutside().get(at('/endless'), limited))).toBe('body_too_large')
    expect((await fetchOutside().get(at('/picture'), { maxBytes: picture.length })).length).toBe(
      picture.length,
    )
    expect(await reasonOf(fetchOutside().get(at('/picture'), { maxBytes: picture.length - 1 }))).toBe(
      'body_too_large',
    )
  })

  it('stops after the first bytes when they are refused', async () => {
    const accepts = (head: Uint8Array) => head[0] === 0xff && head.length === 256
    expect(await fetchOutside().get(at('/picture'), { accepts })).toEqual(picture)
    expect(await reasonOf(fetchOutside().get(at('/html'), { accepts }))).toBe('body_refused')
    expect(await reasonOf(fetchOutside().get(at('/short'), { accepts }))).toBe('body_refused')
    expect(await reasonOf(fetchOutside().get(at('/endless'), { accepts }))).toBe('body_refused')
  })

  it.each([
    ['/empty', 'body_empty'],
    ['/lying', 'exchange_failed'],
    ['/garbage', 'exchange_failed'],
    ['/headers', 'exchange_failed'],
  ])('fails on %s: %s', async (path, reason) => {
    expect(await reasonOf(fetchOutside().get(at(path)))).toBe(reason)
  })

  it('says the same for a closed port, a filtered address, a mute server, a 404 and a refused address', async () => {
    const fetch = fetchOutside()
    const closed = await failureOf(fetch.get(`http://127.0.0.9:${outside.port}/`))
    const silent = await failureOf(fetchOutside({ totalMs: 500 }).get(`http://127.0.0.3:${outside.port}/`))
    const missing = await failureOf(fetch.get(at('/missing')))
    const refused = await failureOf(fetch.get(inside.url))
    const failures = [closed, silent, missing, refused] as FetchError[]
    expect(failures.map(({ reason }) => reason)).toEqual([
      'connect_failed',
      'total_timeout',
      'status_refused',
      'address_refused',
    ])
    expect(new Set(failures.map(({ message }) => message)).size).toBe(1)
    expect(failures.every((failure) => failure instanceof FetchError)).toBe(true)
  })

  it.each(['/never', '/slow'])('ends at the total limit on %s', async (path) => {
    const start = performance.now()
    expect(await reasonOf(fetchOutside({ totalMs: 400 }).get(at(path)))).toBe('total_timeout')
    expect(performance.now() - start).toBeGreaterThan(380)
  })

  it('gives a connection, TLS included, no longer than its own limit', async () => {
    const fetch = fetchOutside({ connectMs: 200 })
    expect(await reasonOf(fetch.get(`https://127.0.0.3:${outside.port}/`))).toBe('connect_timeout')
  })

  it('ends at the total limit while still connecting', async () => {
    const fetch = fetchOutside({ totalMs: 200, connectMs: 3000 })
    expect(await reasonOf(fetch.get(`https://127.0.0.3:${outside.port}/`))).toBe('total_timeout')
  })

  it('does not speak to a server whose TLS it cannot trust', async () => {
    expect(await reasonOf(fetchOutside().get(at('/picture').replace('http:', 'https:')))).toBe(
      'connect_failed',
    )
  })

  it('ends when the caller gives up', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 50)
    expect(await reasonOf(fetchOutside().get(at('/never'), { signal: controller.signal }))).toBe('aborted')
    expect(await reasonOf(fetchOutside().get(at('/picture'), { signal: AbortSignal.abort() }))).toBe(
      'aborted',
    )
  })

  it('keeps to the hosts it is given, redirects included', async () => {
    const hosts = ['127.0.0.2']
    expect(await fetchOutside().get(at('/picture'), { hosts })).toEqual(picture)
    expect(await reasonOf(fetchOutside().get(at('/picture'), { hosts: ['example.com'] }))).toBe(
      'host_refused',
    )
    const elsewhere = encodeURIComponent(`http://127.0.0.4:${outside.port}/`)
    expect(await reasonOf(fetchOutside().get(at(`/to/${elsewhere}`), { hosts }))).toBe('host_refused')
  })

  it('refuses more calls at once than its limit', async () => {
    const fetch = fetchOutside({ maxConcurrent: 1 })
    const controller = new AbortController()
    const first = failureOf(fetch.get(at('/never'), { signal: controller.signal }))
    expect(await reasonOf(fetch.get(at('/picture')))).toBe('too_many_fetches')
    controller.abort()
    await first
    expect(await fetch.get(at('/picture'))).toEqual(picture)
  })
})

describe('names', () => {
  it('connects to the address it checked when the name answers differently the next time', async () => {
    const changing = (nth: number) => [nth === 0 ? '127.0.0.2' : '127.0.0.1']
    const names = await startNameServer(({ type }, nth) => (type === 'A' ? changing(nth) : []))
    const resolve = createResolveHost({ servers: [names.address] })
    const url = `http://rebinding.test:${outside.port}/picture`
    try {
      expect(await fetchOutside({ resolve }).get(url)).toEqual(picture)
      expect(names.questions.filter(({ type }) => type === 'A')).toHaveLength(1)
      // The second call asks again, is told 127.0.0.1 and goes nowhere.
      expect(await reasonOf(fetchOutside({ resolve }).get(url))).toBe('address_refused')
      expect(inside.requests).toEqual([])
    } finally {
      await names.close()
    }
  })

  it('asks again for every redirect to a name', async () => {
    const names = await startNameServer(({ type }, nth) =>
      type === 'A' ? [nth === 0 ? '127.0.0.2' : '127.0.0.1'] : [],
    )
    const resolve = createResolveHost({ servers: [names.address] })
    try {
      const url = `http://rebinding.test:${outside.port}`
      const again = encodeURIComponent(`${url}/picture`)
      expect(await reasonOf(fetchOutside({ resolve }).get(`${url}/to/${again}`))).toBe('address_refused')
      expect(inside.requests).toEqual([])
    } finally {
      await names.close()
    }
  })

  it('tries the next address when the first is closed', async () => {
    const resolve = async () => ['127.0.0.9', '127.0.0.2']
    expect(await fetchOutside({ resolve }).get(`http://two.test:${outside.port}/picture`)).toEqual(picture)
  })

  it('does not wait longer for a name than for a connection', async () => {
    const names = await startNameServer(() => null)
    const resolve = createResolveHost({ servers: [names.address] })
    try {
      const fetch = fetchOutside({ resolve, connectMs: 200 })
      expect(await reasonOf(fetch.get(`http://silent.test:${outside.port}/`))).toBe('connect_timeout')
    } finally {
      await names.close()
    }
  })
})

describe('post', () => {
  it('sends body and headers and returns the answer, whatever its status', async () => {
    const sent = await fetchOutside().post(at('/echo'), '{"a":1}', { authorization: 'x' })
    expect(sent.status).toBe(202)
    expect(JSON.parse(sent.body.toString())).toEqual({
      body: '{"a":1}',
      authorization: 'x',
      host: `127.0.0.2:${outside.port}`,
    })
    expect((await fetchOutside().post(at('/status/500'), '', {})).status).toBe(500)
  })

  it('does not follow a redirect', async () => {
    const sent = await fetchOutside().post(at('/moved/307'), '{}', {})
    expect(sent.status).toBe(307)
    expect(outside.requests.at(-1)).toBe('POST /moved/307')
  })

  it('keeps only the beginning of a long answer', async () => {
    expect((await fetchOutside().post(at('/endless'), '{}', {}, { maxBytes: 1000 })).body).toHaveLength(1000)
  })

  it('checks the address, the hosts and the time like a GET', async () => {
    expect(await reasonOf(fetchOutside().post(inside.url, '{}', {}))).toBe('address_refused')
    expect(await reasonOf(fetchOutside().post(at('/echo'), '', {}, { hosts: ['a.test'] }))).toBe(
      'host_refused',
    )
    expect(await reasonOf(fetchOutside().post(at('/never'), '{}', {}, { totalMs: 200 }))).toBe(
      'total_timeout',
    )
    expect(inside.requests).toEqual([])
  })
})
