/** Reservations, balances and transactions are real, on both databases. A stub engine hides what measuring costs. */
import { beforeEach, describe, expect, it } from 'vitest'
import { callFrom, checkServices } from '../../test/support/checks.ts'
import { type OpenedDatabase, testDatabases } from '../../test/support/databases.ts'
import { untilOneWaits } from '../../test/support/locks.ts'
import { stubEngine, stubReport } from '../../test/support/stub-engine.ts'
import { DatabaseAway } from '../database/index.ts'
import { EngineError, PictureError } from '../engine/errors.ts'
import type { AnalyseOptions, FaceReport } from '../engine/types.ts'
import { type Checks, createChecks, type Reservation } from '../records/checks.ts'
import { holdReserved } from '../records/hold.ts'
import { toFetch, withPictures } from './call.ts'
import { type Check, performCheck } from './perform.ts'
import { CheckRefused, refusalOf } from './refusals.ts'
import { type Kept, ownRow } from './row.ts'

type TestCheck = Check<string, Reservation, FaceReport, Kept<{ answer: string }>, { answer: string }>

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`a check on ${kind.name}`, () => {
    let opened: OpenedDatabase
    let clientId: string
    let checks: Checks
    /** What has happened, in its order. */
    let steps: string[]
    /** What the engine does. */
    let analyse: (picture: Uint8Array, options?: AnalyseOptions) => FaceReport | Promise<FaceReport>

    beforeEach(async () => {
      opened = await kind.open()
      clientId = await opened.client({}, 'cashfree')
      await opened.database.updateTable('clients').set({ balance: 2 }).execute()
      checks = createChecks(opened.database)
      steps = []
      analyse = () => stubReport()
    })

    const rows = () =>
      opened.database.selectFrom('checks').select(['external_id', 'state', 'status']).execute()
    const balance = async () =>
      (await opened.database.selectFrom('clients').select('balance').executeTakeFirstOrThrow()).balance

    async function perform(changes: Partial<TestCheck> = {}, signal = new AbortController().signal) {
      const services = checkServices(stubEngine({ analyse: (picture, options) => analyse(picture, options) }))
      const check: TestCheck = {
        admit: withPictures,
        async read() {
          steps.push('read')
          return 'id'
        },
        record: ownRow(checks, (externalId) => ({
          clientId,
          dialect: 'test',
          operation: 'test',
          externalId,
        })),
        async measure(_input, engine) {
          steps.push(`measure, ${(await rows())[0]?.state}, balance ${await balance()}`)
          return engine.analyse(Buffer.alloc(0))
        },
        async keep({ input, place, findings }, transaction) {
          steps.push('keep')
          await transaction.updateTable('clients').set({ name: 'kept' }).execute()
          return {
            status: 'DONE',
            passed: true,
            result: { answer: `${input} ${place.reference > 0} ${findings.faces.length}` },
          }
        },
        ...changes,
      }
      services.admission.enter = async () => void steps.push('admit')
      services.admission.enterToFetch = async () => void steps.push('admit to fetch')
      return performCheck(check, callFrom(clientId, signal), services)
    }
    const name = async () =>
      (await opened.database.selectFrom('clients').select('name').executeTakeFirstOrThrow()).name
    /** Nothing happened, as far as the database knows. */
    async function expectNothingLeft() {
      expect([await rows(), await balance(), await name()]).toEqual([[], 2, 'test'])
    }

    it('is admitted, read, reserved and paid, measured, judged and kept, in this order', async () => {
      expect(await perform()).toEqual({ answer: 'id true 1' })
      expect(steps).toEqual(['admit', 'read', 'measure, reserved, balance 1', 'keep'])
      expect(await rows()).toEqual([{ external_id: 'id', state: 'done', status: 'DONE' }])
      expect([await balance(), await name()]).toEqual([1, 'kept'])
    })

    it('whose pictures are still to be fetched waits among those who fetch', async () => {
      await perform({ admit: toFetch })
      expect(steps[0]).toBe('admit to fetch')
    })

    it('is not read before there is room', async () => {
      const admit = () => Promise.reject(new EngineError('engine_busy'))
      await expect(perform({ admit })).rejects.toMatchObject({ code: 'engine_busy' })
      expect(steps).toEqual([])
      await expectNothingLeft()
    })

    it('that cannot be read costs nothing', async () => {
      await expect(perform({ read: () => Promise.reject(new Error('no form')) })).rejects.toThrow('no form')
      await expectNothingLeft()
    })

    it('that is answered without a look at its pictures costs nothing and leaves nothing', async () => {
      expect(await perform({ answerUnseen: (input) => ({ answer: `unseen ${input}` }) })).toEqual({
        answer: 'unseen id',
      })
      expect(steps).toEqual(['admit', 'read'])
      await expectNothingLeft()
    })

    it('without a prepaid call left, or with an id that was used, is refused before it is measured', async () => {
      await perform()
      steps = []
      await expect(perform()).rejects.toMatchObject({ name: 'CheckRefused', code: 'id_taken' })
      await opened.database.updateTable('clients').set({ balance: 0 }).execute()
      await expect(perform({ read: async () => 'other' })).rejects.toMatchObject({ code: 'no_balance' })
      expect(steps.filter((step) => step.startsWith('measure'))).toEqual([])
    })

    it('takes an id once, of two who come at once', async () => {
      const results = await Promise.allSettled([perform(), perform()])
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect([(await rows()).length, await balance()]).toEqual([1, 1])
    })

    it('that gives its call back while its id is asked for again does not wait for the other', async () => {
      let second: Promise<unknown> | undefined
      const keep: TestCheck['keep'] = async ({ place }, transaction) => {
        await holdReserved(transaction, place.id)
        second = expect(perform()).rejects.toMatchObject({ code: 'id_taken' })
        await untilOneWaits(opened.database)
        return { status: 'DONE', passed: false, result: { answer: 'first' }, free: true }
      }
      expect(await perform({ keep })).toEqual({ answer: 'first' })
      await second
      expect([(await rows()).length, await balance()]).toEqual([1, 2])
    })

    it('whose last call another takes meanwhile is refused and leaves nothing', async () => {
      let late: Promise<unknown> | undefined
      await opened.database.transaction().execute(async (transaction) => {
        await transaction.updateTable('clients').set({ balance: 0 }).execute()
        late = expect(perform()).rejects.toMatchObject({ code: 'no_balance' })
        await untilOneWaits(opened.database)
      })
      await late
      expect([await rows(), await balance()]).toEqual([[], 0])
    })

    it('that fails while it is measured gives back its id and its call', async () => {
      analyse = () => {
        throw new PictureError('picture_damaged')
      }
      await expect(perform()).rejects.toMatchObject({ name: 'PictureError' })
      await expectNothingLeft()
      analyse = () => stubReport()
      await perform()
    })

    it('that fails while it is kept keeps nothing, and gives back its id and its call', async () => {
      const keep: TestCheck['keep'] = async (_measured, transaction) => {
        await transaction.updateTable('clients').set({ name: 'kept' }).execute()
        throw new Error('full')
      }
      await expect(perform({ keep })).rejects.toThrow('full')
      await expectNothingLeft()
    })

    it('of a caller who hangs up in the queue is taken out of it, and costs nothing', async () => {
      const caller = new AbortController()
      analyse = (_picture, options) => {
        caller.abort()
        options?.signal?.throwIfAborted()
        throw new Error('The engine was not told.')
      }
      await expect(perform({}, caller.signal)).rejects.toMatchObject({ code: 'busy', retryAfter: 1 })
      await expectNothingLeft()
    })

    it('of a caller who hangs up while it is measured is not kept', async () => {
      const caller = new AbortController()
      analyse = () => {
        caller.abort()
        return stubReport()
      }
      await expect(perform({}, caller.signal)).rejects.toMatchObject({ code: 'busy' })
      expect(steps).not.toContain('keep')
      await expectNothingLeft()
    })

    it('of a caller who hangs up while it is kept is kept whole', async () => {
      const caller = new AbortController()
      const keep: TestCheck['keep'] = async () => {
        caller.abort()
        return { status: 'DONE', passed: true, result: { answer: 'unread' } }
      }
      expect(await perform({ keep }, caller.signal)).toEqual({ answer: 'unread' })
      expect([(await rows()).length, await balance()]).toEqual([1, 1])
    })

    it('with nothing to judge is kept and free; one to be forgotten is paid and not kept', async () => {
      const result = { answer: '' }
      await perform({ keep: async () => ({ status: '103', passed: false, result, free: true }) })
      expect([(await rows()).length, await balance()]).toEqual([1, 2])
      const read = async () => 'other'
      await perform({ read, keep: async () => ({ status: 'DONE', passed: true, result, forget: true }) })
      expect([(await rows()).length, await balance()]).toEqual([1, 1])
    })
  })
}

describe('refusalOf', () => {
  const logged: unknown[] = []
  const log = { error: (facts: unknown) => void logged.push(facts) }
  const second = new PictureError('picture_damaged')
  second.which = 'second'

  it.each([
    [new PictureError('picture_empty'), { code: 'picture_unreadable' }],
    [new PictureError('picture_harmful'), { code: 'picture_unreadable' }],
    [second, { code: 'picture_unreadable', which: 'second' }],
    [new PictureError('picture_too_many_pixels'), { code: 'picture_too_many_pixels' }],
    [new EngineError('engine_busy'), { code: 'busy', retryAfter: 1 }],
    [new EngineError('engine_closed'), { code: 'busy', retryAfter: 1 }],
    [new CheckRefused('no_balance'), { code: 'no_balance' }],
  ])('sorts %o, and logs nothing', (error, expected) => {
    logged.length = 0
    expect(refusalOf(error, log)).toMatchObject(expected)
    expect(logged).toEqual([])
  })

  it('calls a database that is away busy, and logs it', () => {
    logged.length = 0
    const refused = refusalOf(new DatabaseAway('the connection was lost'), log)
    expect(refused).toMatchObject({ code: 'busy', retryAfter: 1 })
    expect(logged).toHaveLength(1)
  })

  it.each([
    new EngineError('engine_crashed'),
    new EngineError('engine_timeout'),
    new Error('a secret of the database'),
    undefined,
  ])('calls %o internal, says nothing of it, and logs it', (error) => {
    logged.length = 0
    const refused = refusalOf(error, log)
    expect(refused).toMatchObject({ code: 'internal', message: 'Something failed inside the server.' })
    expect(logged).toEqual([{ err: error }])
  })
})
