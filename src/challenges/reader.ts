import type { Database } from '../database/index.ts'
import { prepareQuery, type Value } from '../database/prepared.ts'
import type { ChallengeSessionsTable } from '../database/schema-challenges.ts'
import { photosOf, toSession } from './store.ts'
import type { ChallengeSessions, Session } from './types.ts'

/** Reads sessions with what is known of their photos. */
export interface SessionReader {
  byId(id: string): Promise<Session | null>
  byIdOrToken(clientId: string, idOrToken: string): Promise<Session | null>
  /** Joins a row with its photos. */
  join(row: ChallengeSessionsTable): Promise<Session>
  listByUser: ChallengeSessions['listByUser']
}

export function createSessionReader(db: Database, now: () => number): SessionReader {
  const sessionById = prepareQuery((from, value: Value<{ id: string }>) =>
    from.selectFrom('challenge_sessions').selectAll().where('id', '=', value('id')),
  )
  const sessionByIdOrToken = prepareQuery((from, value: Value<{ clientId: string; idOrToken: string }>) =>
    from
      .selectFrom('challenge_sessions')
      .selectAll()
      .where('client_id', '=', value('clientId'))
      .where((where) =>
        where.or([where('id', '=', value('idOrToken')), where('token', '=', value('idOrToken'))]),
      ),
  )
  const photosById = prepareQuery((from, value: Value<{ id: string }>) =>
    from.selectFrom('challenge_photos').selectAll().where('session_id', '=', value('id')),
  )

  async function join(row: ChallengeSessionsTable): Promise<Session> {
    return toSession(row, (await photosById(db, { id: row.id })).rows, now())
  }
  const joinFirst = async ([row]: ChallengeSessionsTable[]) => (row ? join(row) : null)

  return {
    join,
    byId: async (id) => joinFirst((await sessionById(db, { id })).rows),
    byIdOrToken: async (clientId, idOrToken) =>
      joinFirst((await sessionByIdOrToken(db, { clientId, idOrToken })).rows),

    async listByUser(clientId, userId, page, limit) {
      const mine = db
        .selectFrom('challenge_sessions')
        .where('client_id', '=', clientId)
        .where('user_id', '=', userId)
      const { count } = await mine
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      const rows = await mine
        .selectAll()
        .orderBy('created_at', 'desc')
        .orderBy('reference', 'desc')
        .limit(limit)
        .offset((page - 1) * limit)
        .execute()
      const ids = rows.map(({ id }) => id)
      const photos = await photosOf(db, ids)
      const ofSession = (id: string) => photos.filter((photo) => photo.session_id === id)
      return {
        sessions: rows.map((row) => toSession(row, ofSession(row.id), now())),
        total: Number(count),
      }
    },
  }
}
