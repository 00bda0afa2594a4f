import { expect, it } from 'vitest'
import { addressFault } from './address.ts'

const ports = 'Messages are sent to ports 80, 443 only. The operator adds others with LIVEFACE_FETCH_PORTS.'
const notPublic = 'The URL must name a public address.'

it.each([
  ['https://hooks.example.com/x', null],
  ['https://hooks.example.com:443/x', null],
  ['https://93.184.216.34/x', null],
  ['https://hooks.example.com:8443/x', ports],
  ['http://hooks.example.com/x', 'Only HTTPS URLs are allowed.'],
  ['ftp://hooks.example.com/x', 'Only HTTPS URLs are allowed.'],
  ['https://anna:secret@hooks.example.com/x', 'The URL must not contain a user name or a password.'],
  ['https://127.0.0.1/x', notPublic],
  ['https://0x7f000001/x', notPublic],
  ['https://[::1]/x', notPublic],
  ['https://169.254.169.254/x', notPublic],
  [`https://example.com/${'a'.repeat(9000)}`, 'Enter a valid URL.'],
  ['hooks', 'Enter a valid URL.'],
])('%.40s: %s', (url, fault) => {
  expect(addressFault(url, { ports: [], allowPrivate: false })).toBe(fault)
})

it.each([
  ['http://127.0.0.1:3000/x', null],
  ['http://10.0.0.1/x', null],
  ['http://169.254.169.254/x', notPublic],
])('in development %s: %s', (url, fault) => {
  expect(addressFault(url, { ports: [3000], allowPrivate: true })).toBe(fault)
})
