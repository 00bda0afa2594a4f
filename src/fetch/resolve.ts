import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'

/** Finds every address of a host name. Rejects when there is none. */
export type ResolveHost = (hostname: string) => Promise<string[]>

export interface ResolveOptions {
  /** `address:port` of the name servers to ask. Default: the system's. */
  servers?: readonly string[]
  /** Hosts file, read before a server is asked. Default /etc/hosts. */
  hostsFile?: string
  /** Milliseconds after which one question is repeated; it is asked twice. Default 1000. */
  timeoutMs?: number
}

/**
 * Asks the hosts file and then DNS, for IPv4 and IPv6.
 *
 * Not dns.lookup: that runs getaddrinfo on libuv's four threads, which picture decoding shares, and a
 * name server that never answers holds one for ten seconds and more.
 */
export function createResolveHost(options: ResolveOptions = {}): ResolveHost {
  const { servers, hostsFile = '/etc/hosts', timeoutMs = 1000 } = options
  return async (hostname) => {
    const listed = addressesInHostsFile(await readFile(hostsFile, 'utf8').catch(() => ''), hostname)
    if (listed.length > 0) return listed
    // A new resolver per name reads the name servers that are configured now.
    const resolver = new Resolver({ timeout: timeoutMs, tries: 2 })
    if (servers) resolver.setServers(servers)
    const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
    const found = [four, six].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    if (found.length === 0) throw four.status === 'rejected' ? four.reason : new Error('no address')
    return found
  }
}

/** Addresses that a hosts file gives a name, in its order. */
export function addressesInHostsFile(text: string, hostname: string): string[] {
  const wanted = hostname.toLowerCase()
  return text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    return isIP(address) && names.some((name) => name.toLowerCase() === wanted) ? [address] : []
  })
}
