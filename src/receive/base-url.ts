import type { FastifyRequest } from 'fastify'

export interface BaseUrlSettings {
  production: boolean
  /** Where the server listens, and the setting LIVEFACE_PUBLIC_URL. */
  listening: { host: string; port: number; publicUrl?: string | undefined }
}

/** A name, an IPv4 address or an IPv6 address in brackets, with or without a port, and nothing else. */
const hostName = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(:\d{1,5})?$/i

/**
 * What links in answers begin with, without a slash at the end: LIVEFACE_PUBLIC_URL. Where it is not set, the host that
 * the request names, but not in production mode: a caller could send a person's link to a host of his own. There, and
 * where the request names nothing that is a host, the address that the server listens on.
 */
export function baseUrlOf(
  { protocol, host: named, server }: FastifyRequest,
  { production, listening }: BaseUrlSettings,
): string {
  if (listening.publicUrl) return listening.publicUrl.replace(/\/$/, '')
  if (!production && hostName.test(named)) {
    return `${protocol === 'https' ? 'https' : 'http'}://${named}`
  }
  // A server that does not listen, as the playground's inner one, has no address.
  if (server.addresses().length > 0) return server.listeningOrigin
  const { host, port } = listening
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
