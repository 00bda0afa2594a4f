import ipaddr from 'ipaddr.js'

/**
 * Is `address` in one of the addresses or CIDR ranges of `allowed`? An empty list allows everyone.
 * IPv4 addresses mapped into IPv6 (::ffff:a.b.c.d) count as IPv4, since that is how a dual-stack
 * socket reports them. An entry that can't be read allows nobody.
 */
export function isAddressAllowed(address: string, allowed: readonly string[]): boolean {
  if (allowed.length === 0) return true
  if (!ipaddr.isValid(address)) return false
  const caller = ipaddr.process(address)
  return allowed.some((entry) => contains(entry, caller))
}

function contains(entry: string, caller: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (ipaddr.isValid(entry)) return ipaddr.process(entry).toString() === caller.toString()
  if (!ipaddr.isValidCIDR(entry)) return false
  const [network, bits] = ipaddr.parseCIDR(entry)
  return network.kind() === caller.kind() && caller.match(network, bits)
}
