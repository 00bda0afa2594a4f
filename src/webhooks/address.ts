/** What an address that a client gives for its webhooks must be, checked when it is given and before it is used. */
import { isIP } from 'node:net'
import { isLocalAddress, isPublicAddress } from '../fetch/address.ts'
import { FetchError } from '../fetch/error.ts'
import { checkUrl } from '../fetch/url.ts'

/** What URLs may name, beside what every URL may. */
export interface AddressRules {
  /** Ports beside 80 and 443. */
  ports: readonly number[]
  /** Development only: loopback and private addresses, without TLS. */
  allowPrivate: boolean
}

/**
 * Why messages could never be sent to `url`, as a sentence; null when they can, as far as its text says. A name
 * is looked up at each attempt, and may turn out to be a private one then.
 */
export function addressFault(url: string, { allowPrivate, ports: further }: AddressRules): string | null {
  const ports = [80, 443, ...further]
  let checked: URL
  try {
    checked = checkUrl(url, { ports, hosts: [] })
  } catch (error) {
    return sentenceOf(error, ports)
  }
  if (checked.protocol !== 'https:' && !allowPrivate) return 'Only HTTPS URLs are allowed.'
  const host = checked.hostname.replace(/^\[|\]$/g, '')
  const isReached = isIP(host) === 0 || isPublicAddress(host) || (allowPrivate && isLocalAddress(host))
  return isReached ? null : 'The URL must name a public address.'
}

function sentenceOf(error: unknown, ports: readonly number[]): string {
  switch (error instanceof FetchError ? error.reason : null) {
    case 'scheme_refused':
      return 'Only HTTPS URLs are allowed.'
    case 'credentials_refused':
      return 'The URL must not contain a user name or a password.'
    case 'port_refused':
      return `Messages are sent to ports ${ports.join(', ')} only. The operator adds others with LIVEFACE_FETCH_PORTS.`
    default:
      return 'Enter a valid URL.'
  }
}
