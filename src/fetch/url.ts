import { FetchError } from './error.ts'

/** Presigned URLs of object stores reach about 2 kB; nothing honest needs more than this. */
const longestUrl = 8192

export interface UrlRules {
  /** Ports that a URL may name. */
  ports: readonly number[]
  /** Hosts that a URL may name, exact or `*.domain` for everything below a domain; empty: any host. */
  hosts: readonly string[]
}

/**
 * Reads a URL as the WHATWG parser does and checks what can be checked before any look-up. The parser
 * writes every notation of an IPv4 address (decimal, octal, hexadecimal, short, full-width digits) as
 * four decimals, so what is checked afterwards is what is connected to.
 * @param base URL that a relative `text` (the Location of a redirect) is resolved against
 * @throws FetchError
 */
export function checkUrl(text: string, rules: UrlRules, base?: URL): URL {
  if (text.length > longestUrl) throw new FetchError('url_too_long')
  if (!URL.canParse(text, base?.href)) throw new FetchError('url_malformed')
  const url = new URL(text, base)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new FetchError('scheme_refused')
  if (url.username !== '' || url.password !== '') throw new FetchError('credentials_refused')
  if (!rules.ports.includes(portOf(url))) throw new FetchError('port_refused')
  // The root label's dot names the same host, and would slip past a list of hosts.
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1)
  if (rules.hosts.length > 0 && !rules.hosts.some((rule) => matchesHost(url.hostname, rule))) {
    throw new FetchError('host_refused')
  }
  url.hash = ''
  return url
}

/** The port of `url`, or that of its scheme. */
function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

function matchesHost(hostname: string, rule: string): boolean {
  const wanted = rule.trim().toLowerCase()
  return wanted.startsWith('*.') ? hostname.endsWith(wanted.slice(1)) : hostname === wanted
}
