/** Challenge sessions: gestures drawn at random, one photo for each, and one verdict over all of them. */
import type { Transaction } from 'kysely'
import type { MasterKey } from '../access/master-key.ts'
import { reserveRow } from '../checks/row.ts'
import type { Database, Tables } from '../database/index.ts'
import type { ChallengeSessionsTable } from '../database/schema-challenges.ts'
import type { ChallengePolicy } from '../decisions/challenge.ts'
import type { Checks, Outcome } from '../records/checks.ts'
import type { Course } from '../records/course.ts'
import { holdReserved, ReservationLost } from '../records/hold.ts'
import { createImprints } from '../records/imprints.ts'
import type { SubmittedPictures } from '../records/submitted-pictures.ts'
import { AttemptFailed, beginNextAttempt } from './attempts.ts'
import { createBrandingReader } from './branding.ts'
import { drawGestures, randomId, toChallenges } from './draw.ts'
import { requirePatience } from './failures.ts'
import { createLinks } from './links.ts'
import { createPhotoChecks } from './photo-check.ts'
import { createSessionReader } from './reader.ts'
import { createReturns } from './returns.ts'
import { linkLife, sessionLife, toSession } from './store.ts'
import { createCaptureStreams } from './streams.ts'
import { type ChallengeSessions, type Session, SessionError } from './types.ts'
import { completeSession } from './verdict.ts'

export { consentDigest } from './branding.ts'
export { fewestGestures } from './draw.ts'
export { challengeRecords } from './records.ts'
export { maximumLife, sessionLife } from './store.ts'
export * from './types.ts'

export interface ChallengeSessionsOptions {
  database: Database
  masterKey: MasterKey
  checks: Checks
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
  const { database: db, masterKey, checks, policy, pictures, now = Date.now } = options
  const operation = 'liveness-session'
  const imprints = createImprints(masterKey)
  const reader = createSessionReader(db, now)
  const streams = createCaptureStreams(db, now)
  const load = async (row: ChallengeSessionsTable | undefined) =>
    row ? settle(await reader.join(row)) : null

  /**
   * Gives a session that has all its photos its verdict, also when the process that took the last one died.
   * @param requestId of the last photo; empty where it is not known any more
   * @returns null where it was erased meanwhile
   */
  async function settle(session: Session, requestId = ''): Promise<Session | null> {
    if (session.verdict || session.challenges.some(({ submittedAt }) => submittedAt === null)) return session
    const { id, reference, clientId } = session
    const row = await db.selectFrom('checks').select('dialect').where('id', '=', id).executeTakeFirst()
    if (!row) return null
    const { dialect } = row
    const check = { id, reference, clientId, dialect, operation }
    const measuredAt = Math.max(...session.challenges.map(({ submittedAt }) => submittedAt ?? 0))
    const times = { receivedAt: session.createdAt, readAt: session.createdAt, measuredAt }
    const course: Course = { requestId, ...times, status: null, reports: [], matches: [] }
    let completed = session
    try {
      const decide = async (transaction: Transaction<Tables>): Promise<Outcome> => {
        // The check before its session, as in an erasure: see "What commits together" in ARCHITECTURE.md.
        if (!(await holdReserved(transaction, id))) throw new SessionError('completed')
        completed = await completeSession(
          transaction,
          { masterKey, imprints },
          policy,
          session,
          now(),
          course,
        )
        await options.onCompleted?.(transaction, completed, dialect)
        const { verdict } = completed
        const passed = verdict?.isAlive === true
        return { status: passed ? 'PASSED' : 'FAILED', result: verdict, passed, subject: session.userId }
      }
      await checks.complete(check, decide, course)
    } catch (error) {
      if (error instanceof AttemptFailed) await beginNextAttempt(db, session, error.failure)
      else if (!(error instanceof SessionError)) throw error
      return reader.byId(session.id)
    }
    return completed
  }

  async function reload({ id }: Session, requestId: string): Promise<Session> {
    const stored = await reader.byId(id)
    const settled = stored && (await settle(stored, requestId))
    if (!settled) throw new ReservationLost(id)
    return settled
  }

  return {
    ...createLinks(db, masterKey, now, load),
    ...createReturns(masterKey, now),
    brandingOf: createBrandingReader(db),
    photoCheck: createPhotoChecks({ database: db, masterKey, imprints, pictures, streams, now, reload }),
    listByUser: reader.listByUser,
    beginStream: streams.begin,
    promptGesture: streams.prompt,

    async create({ clientId, dialect, userId, mirrored = false, gestures, returnUrl = null, ...options }) {
      await requirePatience(db, clientId, userId, now())
      const check = await reserveRow(checks, { clientId, dialect, operation })
      const { attempts = 1, life = sessionLife, fromOpening = false, branding = null } = options
      const gesturesChosen = typeof gestures === 'object'
      const asked = gesturesChosen ? gestures : drawGestures(gestures)
      const row: ChallengeSessionsTable = {
        id: check.id,
        reference: check.reference,
        client_id: clientId,
        token: randomId('ses', 20),
        user_id: userId,
        mirrored: mirrored ? 1 : 0,
        state: 'created',
        challenges: JSON.stringify(toChallenges(asked)),
        gestures_chosen: gesturesChosen ? 1 : 0,
        attempts,
        failed_attempts: '[]',
        return_url: returnUrl,
        branding: branding && JSON.stringify(branding),
        consent_at: null,
        consent_digest: null,
        opening_life: fromOpening ? life : null,
        verdict: null,
        created_at: now(),
        expires_at: now() + (fromOpening ? linkLife : life),
        completed_at: null,
        link_digest: null,
        page_digest: null,
      }
      await db.insertInto('challenge_sessions').values(row).execute()
      return toSession(row, [], now())
    },

    async find(clientId, idOrToken) {
      const session = await reader.byIdOrToken(clientId, idOrToken)
      return session && settle(session)
    },

    async sweep() {
      await db
        .deleteFrom('capture_streams')
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('challenge_sessions')
              .select('id')
              .whereRef('challenge_sessions.id', '=', 'capture_streams.session_id')
              .where('expires_at', '<', now() - sessionLife),
          ),
        )
        .execute()
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
