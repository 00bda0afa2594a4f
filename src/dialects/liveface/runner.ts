/** Measures accepted checks beside the requests: behind everybody who waits, and again after a server that died. */
import type { FastifyBaseLogger } from 'fastify'
import { behindOthers } from '../../checks/call.ts'
import { type Check, performCheck } from '../../checks/perform.ts'
import { refusalOf } from '../../checks/refusals.ts'
import { type Kept, ownRow } from '../../checks/row.ts'
import type { Reservation } from '../../records/checks.ts'
import type { PendingCheck } from '../../records/pending-checks.ts'
import type { Services } from '../dialect.ts'
import { cancelledStatus, failedStatus } from './accepted.ts'
import { type Fields, measuring, operations } from './checks.ts'
import { Problem, toProblem, toProblemBody } from './errors.ts'
import type { PictureName } from './reasons.ts'
import type { CheckRequest } from './request.ts'
import type { CheckAnswer } from './schemas.ts'

/** Milliseconds after which another server takes over what one has begun; longer than measuring takes. */
const lease = 60_000
/** Milliseconds between two looks for checks that another server accepted, or left. */
const poll = 1_000
/** Attempts after which a fault of our own, such as a picture that ends its worker, is the outcome. */
const maxAttempts = 3

export interface Runner {
  start(): void
  /** Looks for checks now. */
  wake(): void
  /** Leaves what is not measured yet to the next start, or to another server. */
  stop(): Promise<void>
}

export function createRunner(services: Services, log: FastifyBaseLogger): Runner {
  const { checks, clients, evidence, pending, webhooks } = services
  const underWay = new Set<Promise<void>>()
  const stopping = new AbortController()
  let isRunning = false
  let timer: NodeJS.Timeout | undefined
  let claiming = false

  /** Takes checks until there is none left or every worker has one. */
  async function claim(): Promise<void> {
    while (isRunning && underWay.size < Math.max(1, services.engine.stats().workers)) {
      const check = await pending.claim(lease)
      if (!check) return
      const work = measure(check)
      underWay.add(work)
      work.finally(() => {
        underWay.delete(work)
        wake()
      })
    }
  }

  function wake(): void {
    if (!isRunning || claiming) return
    clearTimeout(timer)
    claiming = true
    claim()
      .catch((error) => log.error({ err: error }, 'accepted checks could not be taken'))
      .finally(() => {
        claiming = false
        if (isRunning) timer = setTimeout(wake, poll).unref()
      })
  }

  /** Never throws: what could not be written down is taken again when the claim is over. */
  async function measure(claimed: PendingCheck): Promise<void> {
    try {
      await carryOn(claimed).catch((error) => settle(claimed, error))
    } catch (error) {
      log.error({ err: error }, 'an accepted check could not be ended')
    }
  }

  async function carryOn(claimed: PendingCheck): Promise<void> {
    const { reservation, destinationId, requestId, attempts } = claimed
    if (claimed.isCancelled) throw new Problem('check_cancelled')
    if (attempts > maxAttempts) throw new Problem('internal')
    const { id, clientId } = reservation
    const operation = operations.find(({ type }) => type === reservation.operation)
    const client = await clients.find(clientId)
    if (!operation || !client) throw new Problem('internal')
    const { measure, keep } = measuring(operation, client, services, destinationId)
    let removeFiles = async () => {}
    type Input = CheckRequest<Fields>
    const check: Check<
      Input,
      Reservation,
      Awaited<ReturnType<typeof measure>>,
      Kept<CheckAnswer>,
      CheckAnswer
    > = {
      admit: behindOthers,
      read: () => readPictures(claimed),
      record: {
        ...ownRow<Input, CheckAnswer>(checks, () => reservation),
        // It was reserved when it was accepted, and is given back when nothing can come of it.
        reserve: async () => reservation,
        release: async () => {},
      },
      measure,
      async keep(measured, transaction) {
        await pending.end(transaction, claimed)
        // The pictures as they came; copies are kept where the operator wants them.
        ;({ removeFiles } = await evidence.erase(transaction, clientId, [id]))
        return keep(measured, transaction)
      },
    }
    const call = { clientId, requestId, response: null, signal: stopping.signal }
    await performCheck(check, call, services)
    await removeFiles()
  }

  async function readPictures({
    reservation: { id, clientId },
    fields,
  }: PendingCheck): Promise<CheckRequest<Fields>> {
    const pictures: Partial<Record<PictureName, Buffer>> = {}
    for (const { id: pictureId, role } of await evidence.list(clientId, id)) {
      const picture = await evidence.read(clientId, pictureId)
      if (picture) pictures[role as PictureName] = picture.bytes
    }
    return { pictures, fields: fields as Fields }
  }

  /** What becomes of a check that was not measured. */
  async function settle(claimed: PendingCheck, error: Error): Promise<void> {
    const { reservation, attempts } = claimed
    const { id, clientId } = reservation
    if (stopping.signal.aborted) return pending.putOff(claimed, 0, false)
    // Erased meanwhile, or ended by another server.
    if ((await pending.acceptedAt(clientId, id)) === null) return
    if (!(error instanceof Problem)) {
      const { code } = refusalOf(error, log)
      if (code === 'busy') return pending.putOff(claimed, 1_000, false)
      if (code === 'internal' && attempts < maxAttempts)
        return pending.putOff(claimed, attempts * 5_000, true)
    }
    await fail(claimed, toProblem(error, log))
  }

  async function fail(claimed: PendingCheck, problem: Problem): Promise<void> {
    const { reservation, destinationId, requestId, fields } = claimed
    const { id, clientId, operation: type } = reservation
    const result = toProblemBody(problem, requestId)
    let removeFiles = async () => {}
    await checks.complete(reservation, async (transaction) => {
      await pending.end(transaction, claimed)
      ;({ removeFiles } = await evidence.erase(transaction, clientId, [id]))
      const person = (fields as Fields).person ?? null
      const payload = { id, type, person, status: failedStatus, problem: result }
      const event = { clientId, dialect: 'liveface', type: 'check.failed', subjectId: id }
      await webhooks.enqueue(transaction, { ...event, payload, alsoTo: destinationId ?? undefined })
      const status = claimed.isCancelled ? cancelledStatus : failedStatus
      return { status, result, free: true }
    })
    await removeFiles()
  }

  return {
    start() {
      isRunning = true
      wake()
    },
    wake,
    async stop() {
      isRunning = false
      clearTimeout(timer)
      stopping.abort()
      await Promise.all(underWay)
    },
  }
}
