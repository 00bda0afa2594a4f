import { describe, expect, it } from 'vitest'
import { isAddressAllowed } from './ip-allow-list.ts'

describe('isAddressAllowed', () => {
  it.each([
    ['203.0.113.9', [], true],
    ['203.0.113.9', ['203.0.113.9'], true],
    ['::ffff:203.0.113.9', ['203.0.113.9'], true],
    ['203.0.113.9', ['203.0.113.0/24'], true],
    ['203.0.114.9', ['203.0.113.0/24'], false],
    ['2001:db8::1', ['2001:db8::/32'], true],
    ['2001:db8::1', ['203.0.113.0/24'], false],
    ['203.0.113.9', ['nonsense'], false],
    ['nonsense', ['203.0.113.9'], false],
  ])('%s in %j is %s', (address, allowed, expected) => {
    expect(isAddressAllowed(address, allowed)).toBe(expected)
  })
})
