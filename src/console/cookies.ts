/** Cookies of the console: random tokens that no page can read, of which the database knows the digest. */
import { createHash, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

export interface TokenCookie {
  name: string
  path: string
  /** `Lax`: also brought by a browser that another site sends here. */
  sameSite: 'Strict' | 'Lax'
  /** Seconds; absent: until the browser is closed. */
  maxAge?: number
}

/** 32 random bytes, base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** @param isHttps browsers reach the server by https, also where a proxy ends it: the cookie is sent by nothing else */
export function createTokenCookie({ name, path, sameSite, maxAge }: TokenCookie, isHttps: boolean) {
  function set(request: FastifyRequest, reply: FastifyReply, token: string, age: number | undefined): void {
    const secure = isHttps || request.protocol === 'https' ? '; Secure' : ''
    const life = age === undefined ? '' : `; Max-Age=${age}`
    reply.header(
      'set-cookie',
      `${name}=${token}; Path=${path}; HttpOnly; SameSite=${sameSite}${secure}${life}`,
    )
  }
  return {
    give: (request: FastifyRequest, reply: FastifyReply, token: string) => set(request, reply, token, maxAge),
    takeBack: (request: FastifyRequest, reply: FastifyReply) => set(request, reply, '', 0),
    /** @returns null: there is none, or it holds none that `newToken` made */
    read({ headers }: FastifyRequest): string | null {
      const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim())
      const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
      return value && /^[\w-]{43}$/.test(value) ? value : null
    },
  }
}
