/** Challenge sessions: gestures drawn at random, one photo for each, and one verdict over all of them. */
import { randomBytes } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { MasterKey } from '../access/master-key.ts'
import type { Database, Tables } from '../database/index.ts'
import { prepareQuery, type Value } from '../database/prepared.ts'
import type { ChallengeSessionsTable } from '../database/schema-challenges.ts'
import type { ChallengePolicy } from '../decisions/challenge.ts'
import type { Engine } from '../engine/types.ts'
import type { Checks } from '../records/checks.ts'
import type { SubmittedPictures } from '../records/submitted-pictures.ts'
import { drawGestures, randomId } from './draw.ts'
import { storePhoto } from './photos.ts'
import { type DrawnChallenge, isOver, photosOf, selfieId, sessionLife, toSession } from './store.ts'
import { type ChallengeSessions, type Session, SessionError } from './types.ts'
import { completeSession } from './verdict.ts'

export { challengeRecords } from './records.ts'
export { sessionLife } from './store.ts'
export * from './types.ts'

export interface ChallengeSessionsOptions {
  database: Database
  masterKey: MasterKey
  checks: Checks
  engine: Pick<Engine, 'analyse'>
  policy: ChallengePolicy
  /** Keeps the pictures themselves, where the operator wants them; absent: they are forgotten once measured. */
  pictures?: SubmittedPictures
  /**
   * Runs in the transaction that stores a verdict, to queue what must not be lost apart from it.
   * @param dialect that the session was begun in
   */
  onCompleted?(transaction: Transaction<Tables>, session: Session, dialect: string): Promise<void>
  now?: () => number
}

export function createChallengeSessions(options: ChallengeSessionsOptions): ChallengeSessions {
  const { database: db, masterKey, checks, engine, policy, pictures, now = Date.now } = options
  const operation = 'liveness-session'
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
  const photosOfSession = async (id: string) => (await photosById(db, { id })).rows

  async function load(row: ChallengeSessionsTable | undefined): Promise<Session | null> {
    if (!row) return null
    return settle(toSession(row, await photosOfSession(row.id), now()))
  }

  /** Gives a session that has all its photos its verdict, also when the process that took the last one died. */
  async function settle(session: Session): Promise<Session> {
    if (session.verdict || session.challenges.some(({ submittedAt }) => submittedAt === null)) return session
    const { id, reference, clientId } = session
    const { dialect } = await db
      .selectFrom('checks')
      .select('dialect')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    const check = { id, reference, clientId, dialect, operation }
    let completed = session
    try {
      await checks.complete(check, async (transaction) => {
        completed = await completeSession(transaction, masterKey, policy, session, now())
        await options.onCompleted?.(transaction, completed, dialect)
        const { verdict } = completed
        return { status: verdict?.isAlive ? 'PASSED' : 'FAILED', result: verdict }
      })
    } catch (error) {
      if (!(error instanceof SessionError)) throw error
      return (await byId(session.id)) ?? session
    }
    return completed
  }

  async function byId(id: string): Promise<Session | null> {
    const [row] = (await sessionById(db, { id })).rows
    return row ? toSession(row, await photosOfSession(id), now()) : null
  }

  async function take(session: Session, challengeId: string, bytes: Uint8Array): Promise<Session> {
    const submittedAt = now()
    if (session.state === 'completed' || session.state === 'expired') throw new SessionError(session.state)
    if (isOver(session.expiresAt, submittedAt)) throw new SessionError('expired')
    const report = await engine.analyse(bytes, {
      want: { template: true, traits: true, liveness: true, scene: true },
    })
    const kept = (await pictures?.stage(session.clientId, { [challengeId]: bytes })) ?? null
    const photo = { session, challengeId, report, kept, submittedAt }
    await db.transaction().execute((transaction) => storePhoto(transaction, masterKey, photo))
    const stored = await byId(session.id)
    if (!stored) throw new SessionError('expired')
    return settle(stored)
  }

  return {
    async create({ clientId, dialect, userId, mirrored = false }) {
      const check = await checks.reserve({ clientId, dialect, operation })
      if (check === 'no_balance') return check
      if (check === 'id_taken') throw new Error('A session has no id of the caller that could be taken.')
      const drawn: DrawnChallenge[] = drawGestures().map((gesture) => ({ id: randomId('ch', 8), gesture }))
      const row: ChallengeSessionsTable = {
        id: check.id,
        reference: check.reference,
        client_id: clientId,
        token: randomId('ses', 20),
        user_id: userId,
        mirrored: mirrored ? 1 : 0,
        state: 'created',
        challenges: JSON.stringify(drawn),
        verdict: null,
        created_at: now(),
        expires_at: now() + sessionLife,
        completed_at: null,
        link_digest: null,
        page_digest: null,
      }
      await db.insertInto('challenge_sessions').values(row).execute()
      return toSession(row, [], now())
    },

    async find(clientId, idOrToken) {
      return load((await sessionByIdOrToken(db, { clientId, idOrToken })).rows[0])
    },

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
      const photos = await photosOf(
        db,
        rows.map(({ id }) => id),
      )
      const sessions = rows.map((row) =>
        toSession(
          row,
          photos.filter((photo) => photo.session_id === row.id),
          now(),
        ),
      )
      return { sessions, total: Number(count) }
    },

    async submitPhoto(session, challengeId, photo) {
      const challenge = session.challenges.find(({ id }) => id === challengeId)
      if (session.state === 'completed' || session.state === 'expired') throw new SessionError(session.state)
      if (!challenge) throw new SessionError('challenge_unknown')
      if (challenge.submittedAt !== null) throw new SessionError('challenge_taken')
      return take(session, challengeId, photo)
    },

    submitSelfie: (session, selfie) => take(session, selfieId, selfie),

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

    async openLink(link) {
      const key = randomBytes(24).toString('base64url')
      // One statement takes the link out, so that of two who open it at once only one gets in.
      const row = await db
        .updateTable('challenge_sessions')
        .set({ link_digest: null, page_digest: masterKey.digest(key) })
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

    async sweep() {
      const rows = await db
        .selectFrom('challenge_sessions')
        .selectAll()
        .where('state', '=', 'in_progress')
        .where('expires_at', '<', now() - sessionLife)
        .where('id', 'in', (photos) =>
          photos.selectFrom('challenge_photos').select('session_id').where('report', 'is not', null),
        )
        .execute()
      let erased = 0
      for (const row of rows) {
        // One that lacks nothing but its verdict still gets it.
        if ((await load(row))?.verdict) continue
        const { numUpdatedRows } = await db
          .updateTable('challenge_photos')
          .set({ report: null })
          .where('session_id', '=', row.id)
          .executeTakeFirst()
        erased += Number(numUpdatedRows)
      }
      return erased
    },
  }
}
