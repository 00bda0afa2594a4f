/**
 * The way of every check, in the order of ARCHITECTURE.md. What differs between vendors is in the hooks of `Check`;
 * who pays, who waits, what is kept and what a caller who hangs up leaves behind is decided here.
 */
import type { Transaction } from 'kysely'
import type { Clients } from '../access/clients.ts'
import type { Admission } from '../admission/index.ts'
import type { Tables } from '../database/index.ts'
import { calibrate } from '../decisions/calibration.ts'
import type { Engine, FaceReport, MatchReport } from '../engine/types.ts'
import type { Course } from '../records/course.ts'
import type { Admit, CheckCall } from './call.ts'
import { CheckRefused } from './refusals.ts'

/** The engine as a check asks it: what waits in its queue is taken out when the caller hangs up. */
export type CheckEngine = Pick<Engine, 'analyse' | 'compare'>

export interface CheckServices {
  admission: Admission
  engine: CheckEngine
  /** Asked how the cameras of the caller are calibrated. */
  clients: Pick<Clients, 'find'>
}

/** Where a check is written down: a row of its own (row.ts), or that of the session it belongs to. */
export interface CheckRecord<Input, Place, Kept, Answer> {
  /** Takes what must not be taken twice: the caller's id, a prepaid call. @throws CheckRefused */
  reserve(input: Input): Promise<Place>
  /**
   * Runs `keep` in the transaction that completes the check, and notes its course there. The answer may be sent once
   * this has resolved.
   */
  complete(
    place: Place,
    keep: (transaction: Transaction<Tables>) => Promise<Kept>,
    course: Course,
  ): Promise<Answer>
  /** Gives back what was reserved. Never throws. */
  release(place: Place): Promise<void>
}

/** What is known of a check once its pictures were measured. */
export interface Measured<Input, Place, Findings> {
  input: Input
  place: Place
  findings: Findings
}

export interface Check<Input, Place, Findings, Kept, Answer> {
  /** Waits for room: `withPictures`, or `toFetch` them. */
  admit: Admit
  /** Reads the request, with whatever the vendor asks of it before anything is paid. */
  read(call: CheckCall): Promise<Input>
  /** An answer that needs no look at the pictures, as to a sandbox key: nothing is reserved, measured or kept here. */
  answerUnseen?(input: Input): Answer | null | Promise<Answer | null>
  record: CheckRecord<Input, Place, Kept, Answer>
  /** Asks the engine, and does all that is slow: nothing of it may wait for the transaction. */
  measure(input: Input, engine: CheckEngine, place: Place): Promise<Findings>
  /** Judges the findings and stores what must not be lost apart from the verdict. */
  keep(measured: Measured<Input, Place, Findings>, transaction: Transaction<Tables>): Promise<Kept>
}

/**
 * @returns the answer, once what it says is stored
 * @throws CheckRefused, whatever the hooks throw and whatever the engine throws; `refusalOf` sorts all of it
 */
export async function performCheck<Input, Place, Findings, Kept, Answer>(
  check: Check<Input, Place, Findings, Kept, Answer>,
  call: CheckCall,
  { admission, engine, clients }: CheckServices,
): Promise<Answer> {
  const receivedAt = Date.now()
  await check.admit(admission, call)
  const input = await check.read(call)
  const unseen = await check.answerUnseen?.(input)
  if (unseen) return unseen

  const readAt = Date.now()
  const place = await check.record.reserve(input)
  try {
    const settings = call.settings ?? (await clients.find(call.clientId))?.settings
    const offset = settings?.livenessCalibrations.at(-1)?.offset ?? 0
    const watched = watch(engine, call.signal, offset)
    const findings = await check.measure(input, watched.engine, place)
    const course = {
      requestId: call.requestId,
      receivedAt,
      readAt,
      measuredAt: Date.now(),
      // Whoever answers with another than 200 has set it by now.
      status: call.response?.statusCode ?? null,
      reports: watched.reports,
      matches: watched.matches,
    }
    // A caller who hung up reads no answer: nothing is kept, nothing is paid, and the same request may be made again.
    call.signal.throwIfAborted()
    const measured = { input, place, findings }
    return await check.record.complete(place, (transaction) => check.keep(measured, transaction), course)
  } catch (error) {
    await check.record.release(place)
    throw call.signal.aborted ? new CheckRefused('busy') : error
  }
}

/**
 * The engine for one check: stops when its caller hangs up, and remembers what it measured.
 * @param offset what the liveness scores of the caller's cameras are moved by, in every dialect
 */
function watch(engine: CheckEngine, signal: AbortSignal, offset: number) {
  const reports: FaceReport[] = []
  const matches: MatchReport[] = []
  const watched: CheckEngine = {
    async analyse(picture, options) {
      const report = calibrate(await engine.analyse(picture, { ...options, signal }), offset)
      reports.push(report)
      return report
    },
    async compare(first, second, options) {
      const measured = await engine.compare(first, second, { ...options, signal })
      const match = {
        ...measured,
        first: calibrate(measured.first, offset),
        second: calibrate(measured.second, offset),
      }
      reports.push(match.first, match.second)
      matches.push(match)
      return match
    },
  }
  return { engine: watched, reports, matches }
}
