import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { MasterKey } from '../access/master-key.ts'
import type { Database } from '../database/index.ts'
import type { ChallengeSessionsTable } from '../database/schema-challenges.ts'
import { requirePatienceToBegin } from './failures.ts'
import { type ChallengeSessions, type Session, SessionError } from './types.ts'

/**
 * Links to the capture page, and the keys of pages that were opened with one.
 * @param load the session of a row, with its verdict if it can have one
 */
export function createLinks(
  db: Database,
  masterKey: MasterKey,
  now: () => number,
  load: (row: ChallengeSessionsTable | undefined) => Promise<Session | null>,
): Pick<ChallengeSessions, 'makeLink' | 'readLink' | 'openLink' | 'findByPage'> {
  async function readLink(link: string): Promise<Session> {
    const row = await db
      .selectFrom('challenge_sessions')
      .selectAll()
      .where('link_digest', 'in', masterKey.digests(link))
      .where('state', '!=', 'completed')
      .executeTakeFirst()
    const session = await load(row)
    if (!session) throw new SessionError('link_unknown')
    if (session.state === 'expired') throw new SessionError('expired')
    return session
  }

  return {
    readLink,

    async makeLink(session) {
      const link = randomBytes(24).toString('base64url')
      const { numUpdatedRows } = await db
        .updateTable('challenge_sessions')
        .set({ link_digest: masterKey.digest(link), page_digest: null })
        .where('id', '=', session.id)
        .where('state', '!=', 'completed')
        .where('expires_at', '>', now())
        .executeTakeFirst()
      if (numUpdatedRows === 0n)
        throw new SessionError(session.state === 'completed' ? 'completed' : 'expired')
      return link
    },

    async openLink(link, agreed = null) {
      // Before the link is taken out: it opens once the wait is over.
      await requirePatienceToBegin(db, await readLink(link), now())
      const key = randomBytes(24).toString('base64url')
      // One statement takes the link out, so that of two who open it at once only one gets in.
      const row = await db
        .updateTable('challenge_sessions')
        .set(({ fn, ref, eb }) => ({
          link_digest: null,
          page_digest: masterKey.digest(key),
          // Another link of the session does not undo what the person agreed to by the first.
          ...(agreed === null ? {} : { consent_at: now(), consent_digest: agreed }),
          // Where the person's time begins with the opening, it does so once, and never after the link's own end.
          expires_at: fn.coalesce(
            eb
              .case()
              .when('expires_at', '>', now())
              .then(sql<number>`${ref('opening_life')} + ${now()}`)
              .end(),
            ref('expires_at'),
          ),
          opening_life: null,
        }))
        .where('link_digest', 'in', masterKey.digests(link))
        .where('state', '!=', 'completed')
        .returningAll()
        .executeTakeFirst()
      const session = await load(row)
      if (!session) throw new SessionError('link_unknown')
      if (session.state === 'expired') throw new SessionError('expired')
      return { key, session }
    },

    async findByPage(key) {
      const row = await db
        .selectFrom('challenge_sessions')
        .selectAll()
        .where('page_digest', 'in', masterKey.digests(key))
        .executeTakeFirst()
      return load(row)
    },
  }
}
