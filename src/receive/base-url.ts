import type { FastifyRequest } from 'fastify'

export interface BaseUrlSettings {
  LIVEFACE_PUBLIC_URL?: string | undefined
  LIVEFACE_PRODUCTION: boolean
  HOST: string
  PORT: number
}

/** A name, an IPv4 address or an IPv6 address in brackets, with or without a port, and nothing else. */
const host = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(:\d{1,5})?$/i

/**
 * What links in answers begin with, without a slash at the end: LIVEFACE_PUBLIC_URL. Where it is not set, the host that
 * the request names, but not in production mode: a caller could send a person's link to a host of his own. There, and
 * where the request names nothing that is a host, the address that the server listens on.
 */
export function baseUrlOf(
  { protocol, host: named, server }: FastifyRequest,
  settings: BaseUrlSettings,
): string {
  const { LIVEFACE_PUBLIC_URL: seen, LIVEFACE_PRODUCTION, HOST, PORT } = settings
  if (seen) return seen.replace(/\/$/, '')
  if (!LIVEFACE_PRODUCTION && host.test(named)) {
    return `${protocol === 'https' ? 'https' : 'http'}://${named}`
  }
  // A server that does not listen, as the playground's inner one, has no address.
  if (server.addresses().length > 0) return server.listeningOrigin
  return `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`
}
