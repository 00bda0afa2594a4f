/** Sessions, databases and verdicts are real. A stub engine hides the nets: its reports say what an acted photo would show. */
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Act, actedPhoto, analyseAct } from '../../test/support/acted-photo.ts'
import { burstOf, filmed, fingerprintOf } from '../../test/support/burst.ts'
import { callFrom, checkServices } from '../../test/support/checks.ts'
import { type OpenedDatabase, testDatabases } from '../../test/support/databases.ts'
import { untilOneWaits } from '../../test/support/locks.ts'
import { stubEngine } from '../../test/support/stub-engine.ts'
import { performCheck } from '../checks/perform.ts'
import { cosine, similarity } from '../engine/face/compare.ts'
import { overlay } from '../engine/scene/index.ts'
import { createGallery } from '../gallery/index.ts'
import { createAudit } from '../records/audit.ts'
import { createChecks } from '../records/checks.ts'
import { createEvidence } from '../records/evidence.ts'
import { createEvidenceFiles } from '../records/evidence-files.ts'
import { createRetention } from '../records/retention.ts'
import { createWebhooks } from '../webhooks/index.ts'
import type { Burst } from './burst.ts'
import {
  type ChallengeSessions,
  type ChallengeSessionsOptions,
  challengeRecords,
  createChallengeSessions,
  type Session,
  sessionLife,
} from './index.ts'

const services = checkServices(stubEngine({ analyse: analyseAct }))

function submitPhoto(from: ChallengeSessions, session: Session, challengeId: string | null, picture: Buffer) {
  const check = from.photoCheck(async () => ({ session, challengeId, picture }))
  return performCheck(check, callFrom(session.clientId), services)
}
const submitSelfie = (from: ChallengeSessions, session: Session, picture: Buffer) =>
  submitPhoto(from, session, null, picture)

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`challenge sessions on ${kind.name}`, () => {
    let opened: OpenedDatabase
    let clientId: string
    let time: number
    let completed: Session[]
    let sessions: ChallengeSessions

    const start = (options: Partial<ChallengeSessionsOptions> = {}) =>
      createChallengeSessions({
        database: opened.database,
        masterKey: opened.masterKey,
        checks: createChecks(opened.database),
        policy: {
          livenessThreshold: 0.5,
          matchThreshold: 0.75,
          similarity: (first, second) => similarity(cosine(first, second)),
          compareScenes: overlay,
          pace: 0,
        },
        onCompleted: async (_transaction, session) => void completed.push(session),
        now: () => time,
        ...options,
      })

    beforeEach(async () => {
      opened = await kind.open()
      clientId = await opened.client({}, 'verifyhq')
      time = Date.now()
      completed = []
      sessions = start()
    })

    async function create(
      options: { mirrored?: boolean; userId?: string; attempts?: number } = {},
    ): Promise<Session> {
      const session = await sessions.create({ clientId, dialect: 'verifyhq', userId: 'user', ...options })
      return session
    }

    /** Submits photos that show what is asked, with `changes` on the last. */
    async function act(session: Session, changes: Act = {}): Promise<Session> {
      let latest = session
      for (const [index, { id, gesture }] of session.challenges.entries()) {
        const isLast = index === session.challenges.length - 1
        latest = await submitPhoto(sessions, latest, id, actedPhoto({ gesture, ...(isLast ? changes : {}) }))
      }
      return latest
    }

    it('draw three different gestures, and all of them in time', async () => {
      const drawn = await Promise.all(Array.from({ length: 40 }, () => create()))
      for (const { challenges, token } of drawn) {
        expect(challenges).toHaveLength(3)
        expect(new Set(challenges.map(({ gesture }) => gesture)).size).toBe(3)
        expect(token).toMatch(/^ses_[0-9a-f]{40}$/)
      }
      expect(new Set(drawn.flatMap(({ challenges }) => challenges.map(({ gesture }) => gesture))).size).toBe(
        6,
      )
    })

    it('pass a live person, and store the verdict before it is answered', async () => {
      const session = await create()
      const done = await act(session)
      expect(done.state).toBe('completed')
      expect(done.verdict).toMatchObject({
        isAlive: true,
        failure: null,
        failureReason: null,
        antiSpoofScore: 0.95,
      })
      expect(done.challenges.every(({ passed }) => passed)).toBe(true)
      expect(await sessions.find(clientId, session.token)).toEqual(done)
      expect(completed).toEqual([done])
      const check = await opened.database
        .selectFrom('checks')
        .selectAll()
        .where('id', '=', session.id)
        .executeTakeFirstOrThrow()
      expect(check).toMatchObject({ state: 'done', status: 'PASSED', operation: 'liveness-session' })
    })

    const failures: [string, Act, string][] = [
      ['a spoof', { liveness: 0.2 }, 'spoof'],
      ['another person', { person: 1 }, 'other_person'],
      ['no face', { faces: 0 }, 'no_face'],
      ['a bystander', { faces: 2 }, 'several_faces'],
    ]
    it.each(failures)('fail on %s in one photo', async (_name, changes, code) => {
      const done = await act(await create(), changes)
      expect(done.verdict).toMatchObject({ isAlive: false, failure: { code } })
      expect(done.verdict?.failureReason).toMatch(/\w+ \w+/)
    })

    it('fail on photos in which nothing but the face changes', async () => {
      const session = await create()
      let latest = session
      for (const { id, gesture } of session.challenges)
        latest = await submitPhoto(sessions, latest, id, actedPhoto({ gesture, scene: 'one still' }))
      expect(latest.verdict).toMatchObject({ isAlive: false, failure: { code: 'same_still' } })
    })

    it('fail on a gesture that is not shown, and say which', async () => {
      const session = await create()
      const [first, ...others] = session.challenges
      await submitPhoto(sessions, session, first!.id, actedPhoto())
      let latest = session
      for (const { id, gesture } of others)
        latest = await submitPhoto(sessions, latest, id, actedPhoto({ gesture }))
      expect(latest.verdict).toMatchObject({ isAlive: false, failure: { code: 'gesture', photo: 0 } })
      expect(latest.challenges.map(({ passed }) => passed)).toEqual([false, ...others.map(() => true)])
    })

    it('tell left from right in a mirrored session', async () => {
      for (let tries = 0; tries < 60; tries++) {
        const session = await create({ mirrored: true })
        if (!session.challenges.some(({ gesture }) => gesture === 'TURN_LEFT')) continue
        const swap = (gesture: Act['gesture']) =>
          gesture === 'TURN_LEFT' ? 'TURN_RIGHT' : gesture === 'TURN_RIGHT' ? 'TURN_LEFT' : gesture
        let latest = session
        for (const { id, gesture } of session.challenges)
          latest = await submitPhoto(sessions, latest, id, actedPhoto({ gesture: swap(gesture)! }))
        expect(latest.verdict?.isAlive).toBe(true)
        expect((await act(await create({ mirrored: true }))).state).toBe('completed')
        return
      }
      throw new Error('TURN_LEFT was never drawn.')
    })

    it('compare the photos with the last reference selfie', async () => {
      const session = await create()
      await submitSelfie(sessions, session, actedPhoto({ person: 1 }))
      expect((await act(session)).verdict).toMatchObject({ failure: { code: 'other_person' } })
      const second = await create()
      await submitSelfie(sessions, second, actedPhoto({ person: 1 }))
      await submitSelfie(sessions, second, actedPhoto({ person: 0 }))
      const done = await act(second)
      expect(done.verdict?.isAlive).toBe(true)
      await expect(submitSelfie(sessions, done, actedPhoto())).rejects.toMatchObject({ code: 'completed' })
    })

    it('take one photo for each challenge, also when two come at once', async () => {
      const session = await create()
      const [first] = session.challenges
      const both = await Promise.allSettled(
        [1, 2, 3, 4].map(() =>
          submitPhoto(sessions, session, first!.id, actedPhoto({ gesture: first!.gesture })),
        ),
      )
      expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      for (const result of both) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'challenge_taken' })
      }
      const rows = await opened.database.selectFrom('challenge_photos').selectAll().execute()
      expect(rows).toHaveLength(1)
    })

    it('reach one verdict when the last photos come at once', async () => {
      const session = await create()
      await Promise.all(
        session.challenges.map(({ id, gesture }) =>
          submitPhoto(sessions, session, id, actedPhoto({ gesture })),
        ),
      )
      const done = await sessions.find(clientId, session.id)
      expect(done).toMatchObject({ state: 'completed', verdict: { isAlive: true } })
      expect(completed).toHaveLength(1)
    })

    it('refuse what comes too late, and call the session expired', async () => {
      const session = await create()
      const [first] = session.challenges
      time += sessionLife - 1
      await submitPhoto(sessions, session, first!.id, actedPhoto({ gesture: first!.gesture }))
      time += 1
      const late = (await sessions.find(clientId, session.token))!
      expect(late.state).toBe('expired')
      await expect(submitPhoto(sessions, late, late.challenges[1]!.id, actedPhoto())).rejects.toMatchObject({
        code: 'expired',
      })
      await expect(submitSelfie(sessions, session, actedPhoto())).rejects.toMatchObject({ code: 'expired' })
    })

    it('refuse an unknown challenge and a second photo', async () => {
      const session = await create()
      await expect(submitPhoto(sessions, session, 'ch_0', actedPhoto())).rejects.toMatchObject({
        code: 'challenge_unknown',
      })
      const done = await act(session)
      await expect(submitPhoto(sessions, done, done.challenges[0]!.id, actedPhoto())).rejects.toMatchObject({
        code: 'completed',
      })
    })

    it('leave a challenge open when its picture cannot be read', async () => {
      const session = await create()
      const [first] = session.challenges
      const broken = submitPhoto(sessions, session, first!.id, actedPhoto({ broken: true }))
      await expect(broken).rejects.toMatchObject({ name: 'PictureError' })
      expect((await act(session)).verdict?.isAlive).toBe(true)
    })

    describe('a photo of an earlier session', () => {
      const still = { salt: 'x', copyOf: 'x' }
      async function again(changes: Act, other = clientId, meanwhile?: () => Promise<unknown>) {
        const before = await create()
        await submitSelfie(sessions, before, actedPhoto(still))
        await meanwhile?.()
        const later = await sessions.create({ clientId: other, dialect: 'verifyhq', userId: 'user' })
        const [first, ...others] = later.challenges
        let latest = await submitPhoto(sessions, later, first!.id, actedPhoto({ ...still, ...changes }))
        for (const { id, gesture } of others)
          latest = await submitPhoto(sessions, latest, id, actedPhoto({ gesture }))
        return latest.verdict?.failure?.code
      }
      it('is known by its bytes, to the same client, also from before there were imprints', async () => {
        const forget = () => opened.database.deleteFrom('imprints').execute()
        expect(await again({}, clientId, forget)).toBe('reused')
        expect(await again({}, await opened.client({}, 'verifyhq'), forget)).toBe('gesture')
      })
      it('is not known when the selfie was replaced by another one', async () => {
        const before = await create()
        await submitSelfie(sessions, before, actedPhoto(still))
        await submitSelfie(sessions, before, actedPhoto())
        expect((await act(await create(), still)).verdict?.isAlive).toBe(true)
      })
      it('is known by the face, in the session of any client', async () => {
        expect(await again({ salt: 'y' })).toBe('reused')
        expect(await again({ salt: 'z' }, await opened.client({}, 'verifyhq'))).toBe('reused')
      })
      it('may come a second time in the same session, as the selfie and before a gesture', async () => {
        const session = await create()
        await submitSelfie(sessions, session, actedPhoto(still))
        const [first] = session.challenges
        await submitPhoto(sessions, session, first!.id, actedPhoto({ ...still, salt: 'y' }))
        const verdict = (await act({ ...session, challenges: session.challenges.slice(1) })).verdict
        expect(verdict?.failure?.code).not.toBe('reused')
      })
      it('is another one when the face is another', async () =>
        expect(await again({ salt: 'y', copyOf: 'y' })).toBe('gesture'))
      it('is forgotten with its session', async () => {
        const before = await create()
        await submitSelfie(sessions, before, actedPhoto(still))
        await opened.database.transaction().execute(async (transaction) => {
          await challengeRecords.erase(transaction, clientId, [before.id])
          await transaction.deleteFrom('checks').where('id', '=', before.id).execute()
        })
        expect((await act(await create(), still)).verdict?.isAlive).toBe(true)
        expect(await opened.database.selectFrom('imprints').selectAll().execute()).toHaveLength(3)
      })
    })

    it('keep no template and no readable measurement after the verdict', async () => {
      const session = await create()
      const [first] = session.challenges
      await submitPhoto(sessions, session, first!.id, actedPhoto({ gesture: first!.gesture }))
      const [before] = await opened.database.selectFrom('challenge_photos').selectAll().execute()
      expect(before?.report).not.toBeNull()
      expect(before?.report).not.toContain('luminance')
      const again = (await sessions.find(clientId, session.id))!
      for (const { id, gesture } of again.challenges.slice(1))
        await submitPhoto(sessions, again, id, actedPhoto({ gesture }))
      const rows = await opened.database.selectFrom('challenge_photos').selectAll().execute()
      expect(rows.map(({ report }) => report)).toEqual(rows.map(() => null))
    })

    it('erase what was measured in a session that ran out', async () => {
      const session = await create()
      const [first] = session.challenges
      await sessions.beginStream(session, { label: '', hasDevice: true })
      await submitPhoto(sessions, session, first!.id, actedPhoto())
      expect(await sessions.sweep()).toBe(0)
      time += 2 * sessionLife + 1
      expect(await sessions.sweep()).toBe(1)
      expect(await sessions.sweep()).toBe(0)
      expect(await opened.database.selectFrom('capture_streams').selectAll().execute()).toEqual([])
    })

    it('take a photo with frames under the present mark, and say how it came', async () => {
      const session = await create()
      await sessions.beginStream(session, { label: 'OBS Virtual Camera', hasDevice: false })
      const mark = await sessions.beginStream(session, { label: 'Front Camera', hasDevice: true })
      await expect(sessions.promptGesture({ ...session, state: 'expired' })).rejects.toMatchObject({
        code: 'expired',
      })
      const frames = filmed(1)
      const picture = actedPhoto({ fingerprint: fingerprintOf(frames) })
      const submit = (burst: Burst) => {
        const check = sessions.photoCheck(async () => ({ session, challengeId: null, picture, burst }))
        return performCheck(check, callFrom(session.clientId), services)
      }
      const unknown = { code: 'stream_unknown' }
      await expect(submit(burstOf(frames, 'another mark', '', picture))).rejects.toMatchObject(unknown)
      const burst = burstOf(frames, mark, '', picture)
      await expect(submit({ ...burst, bytes: burst.bytes.subarray(1) })).rejects.toMatchObject(unknown)
      await submit(burst)
      await expect(submit(burst)).rejects.toMatchObject(unknown)
      const [photo] = await opened.database.selectFrom('challenge_photos').selectAll().execute()
      expect(photo).toMatchObject({ captured: 'page', signals: '[]' })
    })

    it('are judged by the next reader when the process died before the verdict', async () => {
      const session = await create()
      const dying = start({
        checks: { ...createChecks(opened.database), complete: () => Promise.reject(new Error('died')) },
      })
      const photos = session.challenges.map(({ id, gesture }) =>
        submitPhoto(dying, session, id, actedPhoto({ gesture })),
      )
      expect((await Promise.allSettled(photos)).some(({ status }) => status === 'rejected')).toBe(true)
      time += 3 * sessionLife
      await sessions.sweep()
      expect(await sessions.find(clientId, session.id)).toMatchObject({
        state: 'completed',
        verdict: { isAlive: true },
      })
    })

    it('begin the next attempt once, of two who read that the one before has failed', async () => {
      const session = await create({ attempts: 2 })
      const real = createChecks(opened.database)
      const dying = start({ checks: { ...real, complete: () => Promise.reject(new Error('died')) } })
      const photos = session.challenges.map(({ id, gesture }) =>
        submitPhoto(dying, session, id, actedPhoto({ gesture, liveness: 0.1 })),
      )
      await Promise.allSettled(photos)
      const late = start({
        checks: {
          ...real,
          async complete(...given) {
            await sessions.find(clientId, session.id)
            return real.complete(...given)
          },
        },
      })
      const next = await late.find(clientId, session.id)
      expect(next).toMatchObject({ state: 'in_progress', failedAttempts: [{}] })
      expect(next).toEqual(await sessions.find(clientId, session.id))
    })

    it('belong to one client, and are listed newest first', async () => {
      const mine = []
      for (let i = 0; i < 5; i++) {
        time += 1000
        mine.push(await create())
      }
      await create({ userId: 'somebody else' })
      const ids = mine.map(({ id }) => id).reverse()
      const page = async (number: number) => {
        const { sessions: found, total } = await sessions.listByUser(clientId, 'user', number, 2)
        expect(total).toBe(5)
        return found.map(({ id }) => id)
      }
      expect([...(await page(1)), ...(await page(2)), ...(await page(3))]).toEqual(ids)
      const stranger = await opened.client({}, 'verifyhq')
      expect(await sessions.find(stranger, mine[0]!.token)).toBeNull()
      expect((await sessions.listByUser(stranger, 'user', 1, 2)).total).toBe(0)
    })

    it('cost a prepaid call', async () => {
      const { createClients } = await import('../access/clients.ts')
      await createClients(opened.database, opened.masterKey).setBalance(clientId, 1)
      await create()
      await expect(sessions.create({ clientId, dialect: 'verifyhq', userId: 'user' })).rejects.toMatchObject({
        code: 'no_balance',
      })
    })

    it('open their page by a link that works once', async () => {
      const session = await create()
      const link = await sessions.makeLink(session)
      const opens = await Promise.allSettled([sessions.openLink(link), sessions.openLink(link)])
      const good = opens.filter((result) => result.status === 'fulfilled')
      expect(good).toHaveLength(1)
      const { key } = good[0]!.value
      expect((await sessions.findByPage(key))?.id).toBe(session.id)
      expect(await sessions.findByPage(link)).toBeNull()
      await expect(sessions.openLink(link)).rejects.toMatchObject({ code: 'link_unknown' })
      const second = await sessions.makeLink(session)
      expect(await sessions.findByPage(key)).toBeNull()
      time += sessionLife
      await expect(sessions.openLink(second)).rejects.toMatchObject({ code: 'expired' })
      await expect(sessions.makeLink(session)).rejects.toMatchObject({ code: 'expired' })
    })

    it('wait with the next attempt while their person must, and lose nothing by it', async () => {
      const [unopened, uploading, filming] = [await create(), await create(), await create()]
      const under = await create({ attempts: 3 })
      const link = await sessions.makeLink(unopened)
      const camera = { label: 'Front Camera', hasDevice: true }
      const [first, ...others] = under.challenges
      await submitPhoto(sessions, under, first!.id, actedPhoto({ gesture: first!.gesture }))
      // As after eleven failures in a row.
      const failures = Array(11).fill({ code: 'spoof', gesture: null, sentence: '', at: time })
      const { id } = await create({ attempts: 5 })
      await opened.database
        .updateTable('challenge_sessions')
        .set({ failed_attempts: JSON.stringify(failures) })
        .where('id', '=', id)
        .execute()
      const wait = { name: 'TooManyFailures', retryAfter: 30 }
      await expect(create()).rejects.toMatchObject(wait)
      await expect(sessions.openLink(link)).rejects.toMatchObject(wait)
      await expect(sessions.beginStream(filming, camera)).rejects.toMatchObject(wait)
      await expect(act(uploading)).rejects.toMatchObject(wait)
      expect(await create({ userId: 'another' })).toMatchObject({ state: 'created' })
      time += 30_000
      const { session } = await sessions.openLink(link)
      expect(session).toMatchObject({ id: unopened.id, state: 'created' })
      await sessions.beginStream(filming, camera)

      // What is under way goes on, and counts for the attempt after it.
      const failed = await act({ ...under, challenges: others }, { liveness: 0.1 })
      expect(failed).toMatchObject({ verdict: null, failedAttempts: [{ code: 'spoof' }] })
      const longer = { name: 'TooManyFailures', retryAfter: 60 }
      await expect(act(failed)).rejects.toMatchObject(longer)
      await expect(sessions.beginStream(failed, camera)).rejects.toMatchObject(longer)
      await expect(act(uploading)).rejects.toMatchObject(longer)
      time += 60_000
      expect((await act(failed)).verdict?.isAlive).toBe(true)
      expect((await act(uploading)).verdict).not.toBeNull()
    })

    describe('are erased whole while a photo comes', () => {
      /** An erasure as in service, with what runs in it before the session's rows go. */
      const erase = (id: string, before: () => Promise<void> = async () => {}) => {
        const { database, masterKey } = opened
        const files = createEvidenceFiles(join(opened.directory, 'evidence'))
        const retention = createRetention({
          ...{ database, evidence: createEvidence({ database, masterKey, files }) },
          ...{ gallery: createGallery(opened), audit: createAudit(database, masterKey) },
          webhooks: createWebhooks({
            ...{ database, masterKey, formats: new Map() },
            ...{ post: async () => ({ status: 200 }), onError: () => {} },
          }),
          dialectRecords: [{ erase: before, read: async () => ({}) }, challengeRecords],
          onError: (error) => {
            throw error
          },
        })
        return retention.erase(clientId, [id], { actor: clientId })
      }
      const countRows = async () => {
        const tables = ['checks', 'challenge_sessions', 'challenge_photos', 'evidence'] as const
        const rows = tables.map((table) => opened.database.selectFrom(table).selectAll().execute())
        return (await Promise.all(rows)).map(({ length }) => length)
      }

      it('whose verdict is being stored', async () => {
        let erasure: Promise<unknown> | undefined
        sessions = start({
          onCompleted: async (_transaction, { id }) => {
            erasure = erase(id)
            await untilOneWaits(opened.database)
          },
        })
        const { id } = await act(await create())
        await erasure
        expect(await sessions.find(clientId, id)).toBeNull()
        expect(await countRows()).toEqual([0, 0, 0, 0])
      })

      it('whose photo is being stored', async () => {
        let erasure: Promise<unknown> | undefined
        const session = await create()
        const insert = async () => {
          erasure ??= erase(session.id)
          await untilOneWaits(opened.database)
        }
        sessions = start({ pictures: { stage: async () => ({ ids: {}, insert }) } })
        const { id, gesture } = session.challenges[0]!
        await submitPhoto(sessions, session, id, actedPhoto({ gesture })).catch(() => {})
        await erasure
        expect(await countRows()).toEqual([0, 0, 0, 0])
      })

      it('and would be the last one', async () => {
        const session = await create()
        const [first, second, last] = session.challenges
        for (const { id, gesture } of [first!, second!])
          await submitPhoto(sessions, session, id, actedPhoto({ gesture }))
        let photo: Promise<unknown> | undefined
        await erase(session.id, async () => {
          const submitted = submitPhoto(sessions, session, last!.id, actedPhoto({ gesture: last!.gesture }))
          photo = expect(submitted).rejects.toThrow()
          await untilOneWaits(opened.database)
        })
        await photo
        expect(await countRows()).toEqual([0, 0, 0, 0])
      })
    })

    it('are erased with every photo', async () => {
      const [session, kept] = [await create(), await create()]
      await sessions.beginStream(session, { label: '', hasDevice: true })
      await act(session)
      await act(kept)
      await opened.database
        .transaction()
        .execute((transaction) => challengeRecords.erase(transaction, clientId, [session.id, 'unknown']))
      expect(await sessions.find(clientId, session.id)).toBeNull()
      expect(await sessions.find(clientId, kept.id)).not.toBeNull()
      const photos = await opened.database.selectFrom('challenge_photos').selectAll().execute()
      expect(new Set(photos.map((photo) => photo.session_id))).toEqual(new Set([kept.id]))
    })
  })
}
