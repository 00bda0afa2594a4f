import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Addresses that look public and are not: a cloud's own services behind an ordinary-looking address. */
const platformAddresses = ['168.63.129.16']

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')

/**
 * Is `address` one that anybody on the internet could be given? Loopback, private, link-local,
 * carrier-grade NAT, multicast, documentation, benchmark and reserved ranges are not (IANA special-purpose
 * registries, by way of ipaddr.js). Of IPv6 only 2000::/3 counts, so that a range reserved tomorrow
 * is refused today. An IPv4 address inside a mapped (::ffff:0:0/96) or translated (64:ff9b::/96) one
 * is judged as IPv4; 6to4, Teredo and the local NAT64 prefix are refused whole, since nothing that
 * publishes pictures needs them and each can carry a private address.
 * @param address textual IPv4 or IPv6 address; anything else is not public
 */
export function isPublicAddress(address: string): boolean {
  const parsed = parse(address)
  if (!parsed) return false
  if (parsed.kind() === 'ipv6') return parsed.range() === 'unicast' && parsed.match(globalUnicast)
  return parsed.range() === 'unicast' && !platformAddresses.includes(parsed.toString())
}

/**
 * Is `address` on this machine or in a private network (RFC 1918, RFC 4193)? For development: link-local
 * addresses, where clouds keep their metadata, are not among them.
 */
export function isLocalAddress(address: string): boolean {
  const range = parse(address)?.range()
  return range === 'loopback' || range === 'private' || range === 'uniqueLocal'
}

function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  // ipaddr.js also reads octal, hexadecimal and one-number forms; a resolver never answers with those.
  if (isIP(address) === 0) return null
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv6' && parsed.match(nat64)) return new ipaddr.IPv4(parsed.toByteArray().slice(12))
  return parsed
}
