/** Who is signed in: a random token in a cookie, of which the database keeps a digest. */
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../database/index.ts'
import { createTokenCookie, digestOf, newToken } from './cookies.ts'
import { toUser, type User } from './users.ts'

const minute = 60_000
/** How long a session lives unused, at most, and how long a confirmed password counts. Milliseconds. */
const sessionLife = { idle: 30 * minute, whole: 12 * 60 * minute, confirmed: 5 * minute }
/** A session is noted as used no more often than this. */
const noteEvery = minute

export interface ConsoleSession {
  digest: string
  user: User
  /** What every request but GET must bring back. */
  csrfToken: string
  /** Unix milliseconds; null: the password must be given once more. */
  confirmedUntil: number | null
}

export interface ConsoleSessions {
  /** Begins a session with a token of its own, and ends the one that the cookie named. */
  begin(request: FastifyRequest, reply: FastifyReply, userId: string): Promise<void>
  /** Whose session it is; null: it is gone. */
  ownerOf(digest: string): Promise<string | null>
  /** The session of the request's cookie; null: none, or it is over. */
  find(request: FastifyRequest): Promise<ConsoleSession | null>
  confirm(session: Pick<ConsoleSession, 'digest'>): Promise<void>
  end(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** Deletes sessions that are over. */
  sweep(): Promise<void>
}

/** @param isHttps browsers reach the server by https, also where a proxy ends it: the cookie is sent by nothing else */
export function createConsoleSessions(
  db: Database,
  isHttps: boolean,
  now: () => number = Date.now,
): ConsoleSessions {
  const tokens = new WeakMap<FastifyRequest, string>()

  const cookie = createTokenCookie(
    { name: 'liveface_console', path: '/console', sameSite: 'Strict' },
    isHttps,
  )

  /** The token just given out counts for the rest of its request. */
  const tokenOf = (request: FastifyRequest) => tokens.get(request) ?? cookie.read(request)

  async function end(request: FastifyRequest): Promise<void> {
    const token = cookie.read(request)
    if (!token) return
    await db.deleteFrom('console_sessions').where('digest', '=', digestOf(token)).execute()
  }

  return {
    async begin(request, reply, userId) {
      // Whatever token the browser brought, somebody else may have put it there.
      await end(request)
      const token = newToken()
      const time = now()
      await db
        .insertInto('console_sessions')
        .values({
          digest: digestOf(token),
          user_id: userId,
          created_at: time,
          used_at: time,
          confirmed_until: 0,
        })
        .execute()
      tokens.set(request, token)
      cookie.give(request, reply, token)
    },

    async ownerOf(digest) {
      const query = db.selectFrom('console_sessions').select('user_id').where('digest', '=', digest)
      return (await query.executeTakeFirst())?.user_id ?? null
    },

    async find(request) {
      const token = tokenOf(request)
      if (!token) return null
      const digest = digestOf(token)
      const row = await db
        .selectFrom('console_sessions')
        .innerJoin('console_users', 'console_users.id', 'console_sessions.user_id')
        .selectAll('console_users')
        .select(['used_at', 'confirmed_until', 'console_sessions.created_at as begun_at'])
        .where('digest', '=', digest)
        .executeTakeFirst()
      const time = now()
      if (!row || time - row.used_at > sessionLife.idle || time - row.begun_at > sessionLife.whole)
        return null
      if (time - row.used_at > noteEvery) {
        await db.updateTable('console_sessions').set({ used_at: time }).where('digest', '=', digest).execute()
      }
      const confirmedUntil = row.confirmed_until > time ? row.confirmed_until : null
      return { digest, user: toUser(row), csrfToken: csrfTokenOf(token), confirmedUntil }
    },

    async confirm({ digest }) {
      const confirmed_until = now() + sessionLife.confirmed
      await db.updateTable('console_sessions').set({ confirmed_until }).where('digest', '=', digest).execute()
    },

    async end(request, reply) {
      await end(request)
      cookie.takeBack(request, reply)
    },

    async sweep() {
      const time = now()
      await db
        .deleteFrom('console_sessions')
        .where((where) =>
          where.or([
            where('used_at', '<', time - sessionLife.idle),
            where('created_at', '<', time - sessionLife.whole),
          ]),
        )
        .execute()
    },
  }
}

/** Nobody who cannot read the cookie can make it, and no page can. */
function csrfTokenOf(token: string): string {
  return createHash('sha256').update(`csrf/${token}`).digest('base64url')
}
