/** What counts as this machine itself: the address of a peer, and the name or address that a caller says it called. */
import { isIPv4 } from 'node:net'

/** @param address of a socket's peer, or of a listening server */
export function isLoopbackAddress(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, '')
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'))
}

/** @param host as in a `Host` header, with or without a port; IPv6 addresses stand in brackets */
export function isLoopbackHost(host: string): boolean {
  const [, name = ''] = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9.-]{1,253})(?::\d{1,5})?$/i.exec(host) ?? []
  return name.toLowerCase() === 'localhost' || isLoopbackAddress(name.replace(/^\[|\]$/g, ''))
}

/** @param listensOn the setting HOST: a name or an address, without a port */
export function listensOnLoopback(listensOn: string): boolean {
  return listensOn.toLowerCase() === 'localhost' || isLoopbackAddress(listensOn)
}
