/** Ways to the OpenID Connect provider and back: each is begun and ended by one browser, and ended once. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../database/index.ts'
import { createTokenCookie, digestOf } from './cookies.ts'

/** Milliseconds in which a person must be back. */
const wayLifeMs = 10 * 60_000

export interface ProviderWay {
  /** Random, as `nonce` and `verifier`: tokens of cookies.ts. */
  state: string
  nonce: string
  verifier: string
  /** Digest of the session that is being confirmed; null: somebody signs in. */
  session: string | null
}

export interface ProviderWays {
  /** Keeps the way, and gives the browser its state. */
  begin(request: FastifyRequest, reply: FastifyReply, way: ProviderWay): Promise<void>
  /**
   * Ends the way that the browser began: a second time, too late or in another browser there is none.
   * @param state as the provider brings it back
   * @returns with the time at which it was begun, Unix milliseconds; null: there is none
   */
  end(
    request: FastifyRequest,
    reply: FastifyReply,
    state: string | undefined,
  ): Promise<(ProviderWay & { begunAt: number }) | null>
  /** Deletes those from which nobody came back in time. */
  sweep(): Promise<void>
}

/** @param isHttps see cookies.ts */
export function createProviderWays(
  db: Database,
  isHttps: boolean,
  now: () => number = Date.now,
): ProviderWays {
  // The provider's page sends the browser back: a cookie that is Strict would stay behind.
  const cookie = createTokenCookie(
    {
      name: 'liveface_console_way',
      path: '/console/api/openid',
      sameSite: 'Lax',
      maxAge: wayLifeMs / 1000,
    },
    isHttps,
  )

  return {
    async begin(request, reply, { state, nonce, verifier, session }) {
      await db
        .insertInto('console_provider_ways')
        .values({ digest: digestOf(state), nonce, verifier, session, begun_at: now() })
        .execute()
      cookie.give(request, reply, state)
    },

    async end(request, reply, state) {
      const own = cookie.read(request)
      cookie.takeBack(request, reply)
      if (own === null || own !== state) return null
      const row = await db
        .deleteFrom('console_provider_ways')
        .where('digest', '=', digestOf(own))
        .returningAll()
        .executeTakeFirst()
      if (!row || now() - row.begun_at > wayLifeMs) return null
      const { nonce, verifier, session, begun_at: begunAt } = row
      return { state: own, nonce, verifier, session, begunAt }
    },

    async sweep() {
      const old = now() - wayLifeMs
      await db.deleteFrom('console_provider_ways').where('begun_at', '<', old).execute()
    },
  }
}
