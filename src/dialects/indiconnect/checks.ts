/** What each kind of document asks of the engine and answers; checks/perform.ts has the order of it. */
import type { FastifyBaseLogger } from 'fastify'
import type { Client } from '../../access/clients.ts'
import { type CheckCall, toFetch, withPictures } from '../../checks/call.ts'
import { type CheckEngine, performCheck } from '../../checks/perform.ts'
import { ownRow } from '../../checks/row.ts'
import { judgeMatch } from '../../decisions/match.ts'
import { hasSeveralFaces, judgePassive } from '../../decisions/passive.ts'
import { PictureError } from '../../engine/errors.ts'
import type { FaceReport, MatchReport } from '../../engine/types.ts'
import type { Services } from '../dialect.ts'
import { fetchPictures, hold, NoPicture } from './picture.ts'
import type { DocumentType, VerifyResponse } from './schemas.ts'
import { completed, failed, type Ids, toLiveness, toMatch, toUnjudged } from './translate.ts'

/** Whose check it is, and where what must not be answered is logged. */
export interface Caller {
  client: Client
  call: CheckCall
  log: FastifyBaseLogger
}

interface Question<Findings> {
  operation: string
  /** Input fields that name the pictures. */
  urls: readonly ('url' | 'url1' | 'url2')[]
  measure(pictures: Buffer[], engine: CheckEngine): Promise<Findings>
  answer(findings: Findings, ids: Ids, services: Services): VerifyResponse
  /** The pictures could not be had: unreachable, or no pictures. */
  unavailable(ids: Ids): VerifyResponse
  /** Something failed in the server. */
  broken(ids: Ids): VerifyResponse
}

export interface Document extends Pick<Question<never>, 'operation' | 'urls' | 'broken'> {
  /** Answers about the pictures at `urls`. @throws what `performCheck` throws */
  verify(urls: readonly string[], caller: Caller, services: Services): Promise<VerifyResponse>
}

function document<Findings>(question: Question<Findings>): Document {
  const { operation, measure, answer, unavailable } = question
  return {
    ...question,
    verify: (urls, caller, services) =>
      performCheck(
        {
          admit: toFetch,
          read: async () => urls,
          record: ownRow<readonly string[], VerifyResponse>(services.checks, () => ({
            clientId: caller.client.id,
            dialect: 'indiconnect',
            operation,
          })),
          measure: (_urls, engine) =>
            unlessNoPicture(caller, async () => {
              const pictures = await fetchAll(urls, caller, services)
              const report = await measure(pictures, engine)
              const byField = pictures.map((picture, index) => [question.urls[index]!, picture] as const)
              const kept = await services.pictures.stage(caller.client.id, Object.fromEntries(byField))
              return { report, kept }
            }),
          async keep({ findings, place }, transaction) {
            await findings?.kept.insert(transaction, place.id)
            const ids = { requestId: place.id, at: Date.now() }
            const result = findings ? answer(findings.report, ids, services) : unavailable(ids)
            const status = statusOf(result)
            // Without a picture there was nothing to judge, and there is nothing to pay.
            return { status: String(status), result, free: status === 103, passed: hasPassed(result) }
          },
        },
        caller.call,
        services,
      ),
  }
}

/** Fetches the pictures, then asks for the room that they take. @throws NoPicture, CheckRefused busy */
async function fetchAll(
  urls: readonly string[],
  { client, call, log }: Caller,
  { fetch, admission }: Services,
): Promise<Buffer[]> {
  const hosts = client.settings.urlHosts
  const pictures = await fetchPictures(urls, fetch, { hosts, signal: call.signal, log })
  await withPictures(admission, call)
  return pictures
}

/** @returns null when there is no picture, once that may be known */
async function unlessNoPicture<T>({ call }: Caller, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof NoPicture || error instanceof PictureError) || call.signal.aborted) throw error
    // A host that gave bytes was reached: what is wrong with them reveals nothing of a network.
    if (error instanceof NoPicture) await hold(error, call.signal)
    return null
  }
}

function statusOf({ result, error }: VerifyResponse) {
  return result && 'status_code' in result ? result.status_code : (result?.match ?? error?.status)
}

function hasPassed({ result }: VerifyResponse): boolean {
  if (!result) return false
  return 'status_code' in result ? result.is_live === true : result.match === 'yes'
}

export const documents: Record<DocumentType, Document> = {
  'face liveness passive': document<FaceReport>({
    operation: 'face-liveness-passive',
    urls: ['url'],
    measure: ([picture], engine) =>
      engine.analyse(picture!, { want: { liveness: true, traits: false, template: false } }),
    answer(report, ids, { config }) {
      const verdict = judgePassive(report, {
        threshold: config.liveness.threshold,
        reviewBand: config.liveness.reviewBand,
      })
      return completed(toLiveness(verdict, report.subject?.quality.faults ?? [], ids))
    },
    unavailable: (ids) => completed(toUnjudged(103, ids)),
    broken: (ids) => completed(toUnjudged(108, ids)),
  }),
  'face match': document<MatchReport>({
    operation: 'face-match',
    urls: ['url1', 'url2'],
    measure: ([first, second], engine) =>
      engine.compare(first!, second!, {
        want: { template: true, age: true, traits: false, liveness: false },
      }),
    answer: match,
    unavailable: () => failed(103, 'A picture could not be fetched or read.'),
    broken: () => failed(500, 'Internal Server Error'),
  }),
}

function match(report: MatchReport, _ids: Ids, { config }: Services): VerifyResponse {
  const verdict = judgeMatch(report, {
    threshold: config.match.threshold,
    reviewBand: config.match.reviewBand,
    allowSeveral: true,
  })
  if (verdict.outcome === 'no_face') {
    return failed(102, `No face was detected in the picture of ${verdict.in === 'first' ? 'url1' : 'url2'}.`)
  }
  if (verdict.outcome === 'several_faces') throw new RangeError('Several faces were allowed.')
  const several = [report.first, report.second].some(({ faces }) => hasSeveralFaces(faces))
  return completed(toMatch(verdict, config.match.threshold, several))
}
