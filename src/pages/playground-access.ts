/** Who may use the playground: the person at this machine, and whoever has its token. */
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isLoopbackAddress, isLoopbackHost } from '../access/loopback.ts'
import type { RateLimits } from '../access/rate-limits.ts'
import { isSameText } from '../access/same-text.ts'
import { judgeGuess } from '../dialects/common/limits.ts'
import { setRetryAfter } from '../receive/retry-after.ts'

const cookieName = 'liveface_playground'
/** Sent by proxies: behind one on this machine every peer looks like this machine. */
const forwarding = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

/**
 * A hook for the playground's routes. Everybody else gets the answer of an unknown path.
 * @param token opens the playground from elsewhere: first as `?token=`, then as a cookie; undefined: nothing does
 */
export function guardPlayground(token: string | undefined, rateLimits: RateLimits) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    if (isLocal(request)) return
    const query = (request.query as Record<string, unknown>).token
    const given = typeof query === 'string' ? cookieValue(query) : readCookie(request)
    if (token && given) {
      const isRight = () => isSameText(given, cookieValue(token))
      const guess = judgeGuess(request, rateLimits, 'playground', isRight)
      if (guess.result === 'refused')
        return setRetryAfter(reply, guess.retryAfter).code(429).send({ code: 'too_many' })
      if (guess.result === 'right') {
        if (typeof query === 'string') reply.header('set-cookie', cookie(given, request.protocol === 'https'))
        return
      }
    }
    reply.callNotFound()
    return reply
  }
}

/**
 * Both the peer and the name it called must be this machine: a page of somebody else's whose name was made to point
 * here (DNS rebinding) comes from this machine too, but under its own name.
 */
function isLocal({ headers, socket }: FastifyRequest): boolean {
  return (
    isLoopbackAddress(socket.remoteAddress ?? '') &&
    isLoopbackHost(headers.host ?? '') &&
    forwarding.every((name) => headers[name] === undefined)
  )
}

/** A digest, since a token may hold letters that a cookie must not. */
function cookieValue(token: string): string {
  return createHash('sha256').update(`playground:${token}`).digest('base64url')
}

function cookie(value: string, secure: boolean): string {
  return `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
}

function readCookie({ headers }: FastifyRequest): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1)
}
