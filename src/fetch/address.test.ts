import { describe, expect, it } from 'vitest'
import { isLocalAddress, isPublicAddress } from './address.ts'

const publicAddresses = [
  '8.8.8.8',
  '93.184.216.34',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '2606:4700::6810:84e5',
  '2a00:1450:4001:82b::200e',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
]

const refused = [
  ['this network', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['loopback', '127.0.0.1'],
  ['loopback', '127.255.255.254'],
  ['private', '10.0.0.1'],
  ['private', '172.16.0.1'],
  ['private', '172.31.255.255'],
  ['private', '192.168.1.1'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['carrier-grade NAT, a cloud metadata address', '100.100.100.200'],
  ['link-local, cloud metadata', '169.254.169.254'],
  ['protocol assignments', '192.0.0.192'],
  ['documentation', '192.0.2.1'],
  ['documentation', '198.51.100.1'],
  ['documentation', '203.0.113.1'],
  ['6to4 relay', '192.88.99.1'],
  ['benchmarks', '198.18.0.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['cloud platform', '168.63.129.16'],
  ['unspecified', '::'],
  ['loopback', '::1'],
  ['mapped loopback', '::ffff:127.0.0.1'],
  ['mapped metadata', '::ffff:a9fe:a9fe'],
  ['compatible loopback', '::127.0.0.1'],
  ['translated loopback', '64:ff9b::7f00:1'],
  ['translated private', '64:ff9b::10.0.0.1'],
  ['local translation prefix', '64:ff9b:1::808:808'],
  ['stateless translation', '::ffff:0:808:808'],
  ['6to4 of a private address', '2002:a00:1::'],
  ['6to4 of a public address', '2002:808:808::'],
  ['Teredo', '2001::1'],
  ['documentation', '2001:db8::1'],
  ['documentation', '3fff::1'],
  ['unique local, cloud metadata', 'fd00:ec2::254'],
  ['link-local', 'fe80::1'],
  ['link-local with a zone', 'fe80::1%lo'],
  ['site-local', 'fec0::1'],
  ['multicast', 'ff02::1'],
  ['discard', '100::1'],
  ['segment routing', '5f00::1'],
  ['outside 2000::/3', '4000::1'],
  ['no address', 'localhost'],
  ['no address', ''],
  ['not four decimals', '0x7f000001'],
  ['not four decimals', '2130706433'],
] as const

describe('isPublicAddress', () => {
  it.each(publicAddresses)('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it.each(refused)('%s is not public: %s', (_kind, address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
})

describe('isLocalAddress', () => {
  it.each(['127.0.0.1', '10.1.2.3', '192.168.1.1', '::1', 'fd12::1', '::ffff:127.0.0.1'])(
    '%s is local',
    (address) => {
      expect(isLocalAddress(address)).toBe(true)
    },
  )

  it.each(['169.254.169.254', 'fe80::1', '0.0.0.0', '224.0.0.1', '100.64.0.1', '8.8.8.8', 'localhost'])(
    '%s is not',
    (address) => {
      expect(isLocalAddress(address)).toBe(false)
    },
  )
})
