/** URLs that a guarded fetch must not follow, against a real server that would answer each of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NameServer, startNameServer } from '../../test/support/name-server.ts'
import { startWebServer, type WebServer } from '../../test/support/web-server.ts'
import { createGuardedFetch, FetchError, type GuardedFetch } from './index.ts'
import { createResolveHost } from './resolve.ts'

let inside: WebServer
let names: NameServer
let fetch: GuardedFetch

/** What each name of the hostile zone answers. */
const zone: Record<string, string[]> = {
  'loopback.test': ['127.0.0.1'],
  'loopback6.test': ['::1'],
  'mapped.test': ['::ffff:7f00:1'],
  'private.test': ['10.0.0.1'],
  'metadata.test': ['169.254.169.254'],
  'metadata6.test': ['fd00:ec2::254'],
  'zero.test': ['0.0.0.0'],
  'mixed.test': ['93.184.216.34', '127.0.0.1'],
  'mixed6.test': ['93.184.216.34', '::1'],
  'translated.test': ['64:ff9b::7f00:1'],
  'sixtofour.test': ['2002:7f00:1::'],
  'empty.test': [],
}

beforeAll(async () => {
  inside = await startWebServer((_request, response) => response.end('secret'))
  names = await startNameServer(({ name }) => zone[name] ?? [])
  fetch = createGuardedFetch({
    ports: [inside.port],
    totalMs: 2000,
    resolve: createResolveHost({ servers: [names.address], hostsFile: '/dev/null' }),
  })
})

afterAll(async () => {
  await inside.close()
  await names.close()
})

/** `:port` stands for the port of the server inside. */
const hostile: [url: string, reason: string][] = [
  // Notations of 127.0.0.1.
  ['http://127.0.0.1:port/', 'address_refused'],
  ['http://127.0.0.1.:port/', 'address_refused'],
  ['http://127.1:port/', 'address_refused'],
  ['http://127.0.1:port/', 'address_refused'],
  ['http://2130706433:port/', 'address_refused'],
  ['http://017700000001:port/', 'address_refused'],
  ['http://0x7f000001:port/', 'address_refused'],
  ['http://0x7f.1:port/', 'address_refused'],
  ['http://0177.0.0.1:port/', 'address_refused'],
  ['http://0177.0x0.0.01:port/', 'address_refused'],
  ['http://%31%32%37.0.0.1:port/', 'address_refused'],
  ['http://127\u30020\u30020\u30021:port/', 'address_refused'],
  ['http://\uff11\uff12\uff17\uff0e\uff10\uff0e\uff10\uff0e\uff11:port/', 'address_refused'],
  ['http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460:port/', 'address_refused'],
  ['http:127.0.0.1:port/', 'address_refused'],
  ['http:\\\\127.0.0.1:port\\', 'address_refused'],
  ['http://127.0.0.1:port\\@example.com/', 'address_refused'],
  [' http://127.0.0.1:port/ ', 'address_refused'],
  ['ht\ntp://127.0.0.1:port/', 'address_refused'],
  ['HTTP://127.0.0.1:port/', 'address_refused'],
  ['http://127.127.127.127:port/', 'address_refused'],
  ['http://0:port/', 'address_refused'],
  ['http://0.0.0.0:port/', 'address_refused'],
  // IPv6, and IPv4 inside it.
  ['http://[::1]:port/', 'address_refused'],
  ['http://[0:0:0:0:0:0:0:1]:port/', 'address_refused'],
  ['http://[::]:port/', 'address_refused'],
  ['http://[::ffff:127.0.0.1]:port/', 'address_refused'],
  ['http://[::ffff:7f00:1]:port/', 'address_refused'],
  ['http://[::ffff:169.254.169.254]/', 'address_refused'],
  ['http://[::127.0.0.1]:port/', 'address_refused'],
  ['http://[64:ff9b::127.0.0.1]:port/', 'address_refused'],
  ['http://[64:ff9b::a9fe:a9fe]/', 'address_refused'],
  ['http://[2002:7f00:1::]:port/', 'address_refused'],
  ['http://[2002:a9fe:a9fe::1]/', 'address_refused'],
  ['http://[fe80::1]/', 'address_refused'],
  ['http://[fd00:ec2::254]/latest/meta-data/', 'address_refused'],
  ['http://[ff02::1]/', 'address_refused'],
  // Networks that are nobody's.
  ['http://10.0.0.1/', 'address_refused'],
  ['http://172.16.0.1/', 'address_refused'],
  ['http://192.168.0.1/', 'address_refused'],
  ['http://100.64.0.1/', 'address_refused'],
  ['http://169.254.169.254/latest/meta-data/', 'address_refused'],
  ['http://0xa9fea9fe/', 'address_refused'],
  ['http://2852039166/', 'address_refused'],
  ['http://0251.0376.0251.0376/', 'address_refused'],
  ['http://168.63.129.16/', 'address_refused'],
  ['http://224.0.0.1/', 'address_refused'],
  ['http://255.255.255.255/', 'address_refused'],
  // Names that lead inside.
  ['http://loopback.test:port/', 'address_refused'],
  ['http://LOOPBACK.TEST.:port/', 'address_refused'],
  ['http://loopback6.test:port/', 'address_refused'],
  ['http://mapped.test:port/', 'address_refused'],
  ['http://private.test/', 'address_refused'],
  ['http://metadata.test/', 'address_refused'],
  ['http://metadata6.test/', 'address_refused'],
  ['http://zero.test:port/', 'address_refused'],
  ['http://mixed.test:port/', 'address_refused'],
  ['http://mixed6.test:port/', 'address_refused'],
  ['http://translated.test:port/', 'address_refused'],
  ['http://sixtofour.test:port/', 'address_refused'],
  ['http://empty.test:port/', 'name_unresolved'],
  ['http://unknown.test:port/', 'name_unresolved'],
  // Other schemes, credentials, ports, and no URL at all.
  ['file:///etc/passwd', 'scheme_refused'],
  ['ftp://example.com/a.jpg', 'scheme_refused'],
  ['gopher://127.0.0.1:port/_GET', 'scheme_refused'],
  ['data:image/png;base64,iVBORw0KGgo=', 'scheme_refused'],
  ['javascript:fetch("/")', 'scheme_refused'],
  ['ws://127.0.0.1:port/', 'scheme_refused'],
  ['blob:http://127.0.0.1:port/1', 'scheme_refused'],
  ['unix:/var/run/docker.sock', 'scheme_refused'],
  ['http://user@example.com/', 'credentials_refused'],
  ['http://user:secret@example.com/', 'credentials_refused'],
  ['http://example.com@127.0.0.1:port/', 'credentials_refused'],
  ['http://example.com:22/', 'port_refused'],
  ['http://127.0.0.1:6379/', 'port_refused'],
  ['https://example.com:0/', 'port_refused'],
  ['http://example.com:65536/', 'url_malformed'],
  ['http://256.256.256.256/', 'url_malformed'],
  ['http://1.2.3.4.5/', 'url_malformed'],
  ['http://[::1/', 'url_malformed'],
  ['http://[fe80::1%25lo]/', 'url_malformed'],
  ['http://exa mple.com/', 'url_malformed'],
  ['http://', 'url_malformed'],
  ['//127.0.0.1:port/', 'url_malformed'],
  ['127.0.0.1', 'url_malformed'],
  ['', 'url_malformed'],
  [`http://example.com/${'a'.repeat(8192)}`, 'url_too_long'],
]

describe('a hostile URL', () => {
  it.each(hostile)('%s is refused: %s', async (url, reason) => {
    const before = inside.requests.length
    const failure = await fetch.get(url.replaceAll('port', String(inside.port))).catch((error) => error)
    expect(failure).toBeInstanceOf(FetchError)
    expect(failure.reason).toBe(reason)
    expect(failure.message).toBe('The URL could not be fetched.')
    expect(inside.requests).toHaveLength(before)
  })

  it.each(hostile)('%s is refused for a POST too', async (url, reason) => {
    const failure = await fetch
      .post(url.replaceAll('port', String(inside.port)), '{}', {})
      .catch((error) => error)
    expect(failure).toMatchObject({ name: 'FetchError', reason })
    expect(inside.requests).toHaveLength(0)
  })

  it('would have been answered without the guard', async () => {
    const open = createGuardedFetch({ ports: [inside.port], allowPrivate: true })
    expect((await open.get(`http://0x7f.1:${inside.port}/`)).toString()).toBe('secret')
  })
})
