/** The mutation itself: which document, which pictures, one check row, one answer. */
import type { ServerResponse } from 'node:http'
import type { FastifyBaseLogger } from 'fastify'
import type { Client } from '../../access/clients.ts'
import { judgeMatch } from '../../decisions/match.ts'
import { hasSeveralFaces, judgePassive } from '../../decisions/passive.ts'
import { PictureError } from '../../engine/errors.ts'
import { toFailure } from '../../errors.ts'
import type { Services } from '../dialect.ts'
import { IndiconnectError } from './errors.ts'
import { fetchPictures, hold, NoPicture } from './picture.ts'
import {
  type DocumentType,
  isSupported,
  readDocumentType,
  type VerifyInput,
  type VerifyResponse,
} from './schemas.ts'
import { completed, failed, type Ids, toLiveness, toMatch, toUnjudged } from './translate.ts'

/** What one request brings along. */
export interface Call {
  client: Client
  log: FastifyBaseLogger
  /** Aborts when the caller hangs up. */
  signal: AbortSignal
  /** Holds the call's place in the server until it is over. */
  response: ServerResponse
}

/** One kind of document: the input fields that name its pictures, and its answers. */
interface Kind {
  operation: string
  urls: readonly ('url' | 'url1' | 'url2')[]
  answer(pictures: Buffer[], ids: Ids, call: Call, services: Services): Promise<VerifyResponse>
  /** The pictures could not be had: unreachable, or no pictures. */
  unavailable(ids: Ids): VerifyResponse
  /** The engine failed. */
  broken(ids: Ids): VerifyResponse
}

const kinds: Record<DocumentType, Kind> = {
  'face liveness passive': {
    operation: 'face-liveness-passive',
    urls: ['url'],
    answer: liveness,
    unavailable: (ids) => completed(toUnjudged(103, ids)),
    broken: (ids) => completed(toUnjudged(108, ids)),
  },
  'face match': {
    operation: 'face-match',
    urls: ['url1', 'url2'],
    answer: match,
    unavailable: () => failed(103, 'A picture could not be fetched or read.'),
    broken: () => failed(500, 'Internal Server Error'),
  },
}

/**
 * Answers one `verify`. Wrong input and bad pictures are answers; what the transport has a status for is thrown.
 * @throws IndiconnectError noBalance, busy
 */
export async function verify(input: VerifyInput, call: Call, services: Services): Promise<VerifyResponse> {
  const { documentType } = input
  if (!documentType.trim()) return failed(400, 'documentType is required.')
  if (!isSupported(documentType)) return failed(400, `Unsupported document type: ${documentType}`)
  const kind = kinds[readDocumentType(documentType) as DocumentType]
  const missing = kind.urls.find((name) => !input[name]?.trim())
  if (missing) return failed(400, `${missing} is required.`)
  await services.admission.enterToFetch(call.response, call.client.id).catch((error) => {
    throw new IndiconnectError('busy', { retryAfter: toFailure(error).retryAfter ?? 1 })
  })
  const reservation = await services.checks.reserve({
    clientId: call.client.id,
    dialect: 'indiconnect',
    operation: kind.operation,
  })
  if (typeof reservation === 'string') throw new IndiconnectError('noBalance')
  const ids = { requestId: reservation.id, at: Date.now() }
  const urls = kind.urls.map((name) => input[name]!)
  try {
    const { answer, pictures } = await answerFor(kind, urls, ids, call, services)
    // Under the names of the input's fields.
    const byField = pictures.map((picture, index) => [kind.urls[index]!, picture] as const)
    const kept = await services.pictures.stage(call.client.id, Object.fromEntries(byField))
    const { result, error } = answer
    const status = result && 'status_code' in result ? result.status_code : (result?.match ?? error?.status)
    // Without a picture there was nothing to judge, and there is nothing to pay.
    await services.checks.complete(reservation, async (transaction) => {
      await kept.insert(transaction, reservation.id)
      return { status: String(status), result: answer, free: status === 103 }
    })
    return answer
  } catch (error) {
    await services.checks.release(reservation)
    if (error instanceof IndiconnectError) throw error
    const failure = toFailure(error)
    // A caller who hung up reads no answer and pays for none.
    if (failure.code === 'busy' || call.signal.aborted) {
      throw new IndiconnectError('busy', { retryAfter: failure.retryAfter ?? 1 })
    }
    call.log.error({ err: error }, 'check failed')
    return kind.broken(ids)
  }
}

/** The kind's answer and the pictures it judges, or the answer for "no picture" once it may be known. */
async function answerFor(
  kind: Kind,
  urls: string[],
  ids: Ids,
  call: Call,
  services: Services,
): Promise<{ answer: VerifyResponse; pictures: Buffer[] }> {
  try {
    const hosts = call.client.settings.urlHosts
    const pictures = await fetchPictures(urls, services.fetch, { hosts, signal: call.signal, log: call.log })
    await services.admission.enter(call.response, call.client.id)
    return { answer: await kind.answer(pictures, ids, call, services), pictures }
  } catch (error) {
    if (!(error instanceof NoPicture || error instanceof PictureError) || call.signal.aborted) throw error
    // A host that gave bytes was reached: what is wrong with them tells nothing of a network.
    if (error instanceof NoPicture) await hold(error, call.signal)
    return { answer: kind.unavailable(ids), pictures: [] }
  }
}

async function liveness(
  pictures: Buffer[],
  ids: Ids,
  call: Call,
  services: Services,
): Promise<VerifyResponse> {
  const { engine, config } = services
  const want = { liveness: true, traits: false, template: false }
  const report = await engine.analyse(pictures[0]!, { want, signal: call.signal })
  const verdict = judgePassive(report, {
    threshold: config.LIVEFACE_LIVENESS_THRESHOLD,
    reviewBand: config.LIVEFACE_LIVENESS_REVIEW_BAND,
  })
  return completed(toLiveness(verdict, report.subject?.quality.faults ?? [], ids))
}

async function match(pictures: Buffer[], _ids: Ids, call: Call, services: Services): Promise<VerifyResponse> {
  const { engine, config } = services
  const want = { template: true, traits: false, liveness: false }
  const report = await engine.compare(pictures[0]!, pictures[1]!, {
    want,
    everyFace: true,
    signal: call.signal,
  })
  const verdict = judgeMatch(report, {
    threshold: config.LIVEFACE_MATCH_THRESHOLD,
    reviewBand: config.LIVEFACE_MATCH_REVIEW_BAND,
    allowSeveral: true,
  })
  if (verdict.outcome === 'no_face') {
    return failed(102, `No face was detected in the picture of ${verdict.in === 'first' ? 'url1' : 'url2'}.`)
  }
  if (verdict.outcome === 'several_faces') throw new RangeError('Several faces were allowed.')
  const several = [report.first, report.second].some(({ faces }) => hasSeveralFaces(faces))
  return completed(toMatch(verdict, config.LIVEFACE_MATCH_THRESHOLD, several))
}
