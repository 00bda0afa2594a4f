/** How long a connection may take to say what it wants, and what it hears when it never said it properly. */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyHttpOptions } from 'fastify'

export interface ConnectionLimits {
  /** Longest time in ms from a connection's first moment, or a request's first byte, to the end of its headers. */
  headersMs: number
  /** Longest time in ms until the body has arrived too. */
  requestMs: number
}

/** Reason phrase by status of what Node refuses before there is a request. */
const refusals: Record<string, [status: number, reason: string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
}

/**
 * Callers who send a byte now and then (slowloris) hold a connection and nothing else, and not for long. Node looks
 * at its connections at an interval of its own, 30 s unless it is set, whatever the limits are.
 */
export function connectionOptions({ headersMs, requestMs }: ConnectionLimits) {
  const connectionsCheckingInterval = Math.min(5_000, Math.max(50, Math.min(headersMs, requestMs) / 4))
  return {
    http: { headersTimeout: Math.min(headersMs, requestMs), connectionsCheckingInterval },
    requestTimeout: requestMs,
    clientErrorHandler: refuseConnection,
  } satisfies FastifyHttpOptions<Server>
}

function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  // Gone already, or a proper answer is under way.
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy()
    return
  }
  const [status, reason] = refusals[error.code ?? ''] ?? [400, 'Bad Request']
  const body = JSON.stringify({ error: reason })
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${body.length}`,
    'x-content-type-options: nosniff',
    'cache-control: no-store',
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
