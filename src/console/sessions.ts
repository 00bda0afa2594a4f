/** Who is signed in: a random token in a cookie, of which the database keeps a digest. */
import { createHash, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../database/index.ts'
import { toUser, type User } from './users.ts'

const cookieName = 'liveface_console'
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
  /** The session of the request's cookie; null: none, or it is over. */
  find(request: FastifyRequest): Promise<ConsoleSession | null>
  confirm(session: ConsoleSession): Promise<void>
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

  function cookie(token: string, { protocol }: FastifyRequest): string {
    const secure = isHttps || protocol === 'https' ? '; Secure' : ''
    return `${cookieName}=${token}; Path=/console; HttpOnly; SameSite=Strict${secure}`
  }

  /** The token just given out counts for the rest of its request. */
  const tokenOf = (request: FastifyRequest) => tokens.get(request) ?? readCookie(request)

  async function end(request: FastifyRequest): Promise<void> {
    const token = readCookie(request)
    if (!token) return
    await db.deleteFrom('console_sessions').where('digest', '=', digestOf(token)).execute()
  }

  return {
    async begin(request, reply, userId) {
      // Whatever token the browser brought, somebody else may have put it there.
      await end(request)
      const token = randomBytes(32).toString('base64url')
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
      reply.header('set-cookie', cookie(token, request))
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
      reply.header('set-cookie', `${cookie('', request)}; Max-Age=0`)
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

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function readCookie({ headers }: FastifyRequest): string | null {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim())
  const value = pairs.find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1)
  return value && /^[\w-]{43}$/.test(value) ? value : null
}
