import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './address.ts'
import { FetchError } from './error.ts'
import { checkUrl } from './url.ts'

const check = (url: string, hosts: string[] = [], base?: URL) =>
  checkUrl(url, { ports: [80, 443, 8080], hosts }, base)
const reason = (work: () => unknown) => {
  try {
    work()
    return null
  } catch (error) {
    return (error as FetchError).reason
  }
}

describe('checkUrl', () => {
  it.each([
    ['http://example.com', 'http://example.com/'],
    ['https://EXAMPLE.com:443/a.jpg?b=c#d', 'https://example.com/a.jpg?b=c'],
    ['http://example.com.:8080/', 'http://example.com:8080/'],
    ['https://b\u00fccher.example/', 'https://xn--bcher-kva.example/'],
    ['http://0x08.0x08.0x08.0x08/', 'http://8.8.8.8/'],
  ])('%s becomes %s', (given, url) => {
    expect(check(given).href).toBe(url)
  })

  it('resolves a redirect against the URL that sent it', () => {
    expect(check('../b.jpg', [], new URL('http://example.com/x/y/a.jpg')).href).toBe(
      'http://example.com/x/b.jpg',
    )
  })

  it.each([
    ['https://a.example/', ['a.example'], null],
    ['https://A.EXAMPLE./', ['a.example'], null],
    ['https://b.a.example/', ['a.example'], 'host_refused'],
    ['https://b.a.example/', ['*.a.example'], null],
    ['https://c.b.a.example/', ['*.A.example '], null],
    ['https://a.example/', ['*.a.example'], 'host_refused'],
    ['https://evila.example/', ['*.a.example', 'a.example'], 'host_refused'],
    ['https://a.example.evil/', ['*.a.example', 'a.example'], 'host_refused'],
    ['https://a.example%2eevil/', ['*.a.example', 'a.example'], 'host_refused'],
  ])('%s within %j: %s', (url, hosts, expected) => {
    expect(reason(() => check(url, hosts))).toBe(expected)
  })

  it('reads any text without failing otherwise than by its own error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl()), (text) => {
        try {
          check(text)
        } catch (error) {
          expect(error).toBeInstanceOf(FetchError)
        }
      }),
    )
  })

  it('writes every notation of an IPv4 address as the one that is judged', () => {
    const notation = fc.tuple(
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.constantFrom(8, 10, 16),
      fc.integer({ min: 1, max: 4 }),
    )
    fc.assert(
      fc.property(notation, ([address, radix, parts]) => {
        const host = write(address, radix, parts)
        const dotted = [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')
        const { hostname } = check(`http://${host}/`)
        expect(hostname).toBe(dotted)
        expect(isPublicAddress(hostname)).toBe(isPublicAddress(dotted))
      }),
    )
  })
})

/** An IPv4 address in `parts` numbers, the last of which takes the rest, as inet_aton reads them. */
function write(address: number, radix: number, parts: number): string {
  const prefix = radix === 8 ? '0' : radix === 16 ? '0x' : ''
  const rest = 8 * (5 - parts)
  const heads = Array.from({ length: parts - 1 }, (_, index) => (address >>> (24 - 8 * index)) & 255)
  const last = rest === 32 ? address : address & (2 ** rest - 1)
  return [...heads, last].map((number) => prefix + number.toString(radix)).join('.')
}
