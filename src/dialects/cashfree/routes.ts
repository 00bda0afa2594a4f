/** Cashfree Secure ID: face-liveness, face-match and the older liveliness, under /verification. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Client } from '../../access/clients.ts'
import { documentRoutes } from '../../api-docs/index.ts'
import { judgeMatch } from '../../decisions/match.ts'
import { judgePassive } from '../../decisions/passive.ts'
import { toFailure } from '../../errors.ts'
import { takeOddContentTypes } from '../../receive/content-type.ts'
import { hangUpSignal } from '../../receive/hang-up.ts'
import type { KeptPictures } from '../../records/submitted-pictures.ts'
import { curlWords } from '../common/curl.ts'
import type { Dialect, Services } from '../dialect.ts'
import { authenticate, issueCredential } from './auth.ts'
import { simulator, singleUseSignatures, strictMatchStatus } from './client-switches.ts'
import { CashfreeError, type CashfreeErrorName, sendError } from './errors.ts'
import { apiDescription, describeOperation } from './openapi.ts'
import { playground } from './playground.ts'
import {
  type CheckRequest,
  type Form,
  livenessForm,
  matchForm,
  readCheckRequest,
  readThreshold,
} from './request.ts'
import type { LivelinessAnswer, LivenessAnswer, MatchAnswer } from './schemas.ts'
import { signatureWindow } from './settings.ts'
import { simulateLiveness } from './simulator.ts'
import { toLiveliness, toLiveness, toMatch } from './translate.ts'

type Answer = LivenessAnswer | MatchAnswer | LivelinessAnswer

/** One endpoint: what it reads, how it answers, and its word for a failure inside the server. */
interface Operation {
  path: string
  name: 'face-liveness' | 'face-match' | 'liveliness'
  form: Form
  failed: CashfreeErrorName
  /** Checks the fields beyond id and files. @throws CashfreeError */
  check?(input: CheckRequest, services: Services): void
  answer(input: CheckRequest, call: Call, services: Services): Promise<Answer>
}

/** What one request brings along. */
interface Call {
  client: Client
  reference: number
  /** Aborts when the caller hangs up. */
  signal: AbortSignal
}

const operations: readonly Operation[] = [
  {
    path: '/face-liveness',
    name: 'face-liveness',
    form: livenessForm,
    failed: 'livenessFailed',
    answer: liveness,
  },
  {
    path: '/face-match',
    name: 'face-match',
    form: matchForm,
    failed: 'matchFailed',
    check: ({ fields }, { config }) =>
      void readThreshold(fields.get('threshold'), config.LIVEFACE_MATCH_THRESHOLD),
    answer: match,
  },
  { path: '/liveliness', name: 'liveliness', form: livenessForm, failed: 'matchFailed', answer: liveliness },
]

export const cashfree: Dialect<'cashfree'> = {
  name: 'cashfree',
  title: 'Cashfree Secure ID',
  issueCredential,
  playground,
  settings: [signatureWindow],
  clientSwitches: [simulator, strictMatchStatus, singleUseSignatures],
  exampleCurl: (baseUrl, headers, picture) =>
    curlWords(
      `${baseUrl}/verification/face-liveness`,
      headers,
      `-F verification_id=first_$(date +%s) -F image=@${picture}`,
    ).join(' '),
  async register(app, services) {
    await documentRoutes(app, '/openapi/cashfree.json', apiDescription, services.config)
    await app.register((scope) => registerOperations(scope, services), { prefix: '/verification' })
  },
}

async function registerOperations(app: FastifyInstance, services: Services): Promise<void> {
  app.setNotFoundHandler((_request, reply) => sendError(reply, new CashfreeError('notFound')))
  // Every content type is accepted here: a body of another kind lacks its fields, and gets the errors that say so.
  takeOddContentTypes(app)
  for (const operation of operations) {
    // Also for what fails before a check begins: each endpoint has its own word for it.
    const errorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      sendError(
        reply,
        error instanceof CashfreeError
          ? error
          : translateFailure(error, operation, request, 'request failed'),
      )
    app.post(operation.path, { ...describeOperation(operation.name), errorHandler }, (request, reply) =>
      handle(request, reply, operation, services),
    )
  }
}

async function handle(
  request: FastifyRequest,
  reply: FastifyReply,
  operation: Operation,
  services: Services,
): Promise<Answer> {
  const client = await authenticate(request, operation.name, services)
  const signal = hangUpSignal(reply)
  await services.admission.enter(reply.raw, client.id)
  const input = await readCheckRequest(request, operation.form)
  operation.check?.(input, services)
  const reservation = await services.checks.reserve({
    clientId: client.id,
    dialect: 'cashfree',
    operation: operation.name,
    externalId: input.verificationId,
  })
  if (reservation === 'id_taken') throw new CashfreeError('idTaken')
  if (reservation === 'no_balance') throw new CashfreeError('noBalance')
  try {
    const answer = await operation.answer(
      input,
      { client, reference: reservation.reference, signal },
      services,
    )
    const kept = await keepPictures(input, operation, client, services)
    // A caller who hung up reads no answer: the id stays free for the next try, and nothing is paid.
    signal.throwIfAborted()
    await services.checks.complete(reservation, async (transaction) => {
      await kept?.insert(transaction, reservation.id)
      return { status: answer.status, result: answer }
    })
    return answer
  } catch (error) {
    await services.checks.release(reservation)
    if (signal.aborted) throw new CashfreeError('busy', { retryAfter: 1 })
    throw translateFailure(error, operation, request, 'check failed')
  }
}

/** Under the names of the form's fields. Of scripted answers nothing is kept: nobody looked at the pictures. */
async function keepPictures(
  { pictures }: CheckRequest,
  { form, name }: Operation,
  client: Client,
  services: Services,
): Promise<KeptPictures | null> {
  if (name === 'face-liveness' && isScripted(client)) return null
  const byField = form.files.map((file, index) => [file.name, pictures[index]!] as const)
  return services.pictures.stage(client.id, Object.fromEntries(byField))
}

function isScripted(client: Client): boolean {
  return client.environment === 'sandbox' && simulator.isOn(client)
}

function translateFailure(
  error: unknown,
  operation: Operation,
  request: FastifyRequest,
  logged: string,
): CashfreeError {
  const failure = toFailure(error)
  switch (failure.code) {
    case 'picture_unreadable':
      return new CashfreeError('fileFormat')
    // The vendor has no word for pixels. This one at least says that a smaller picture helps.
    case 'picture_too_many_pixels':
      return new CashfreeError('fileTooLarge')
    case 'busy':
      return new CashfreeError('busy', { retryAfter: failure.retryAfter ?? 1 })
    default:
      request.log.error({ err: error }, logged)
      return new CashfreeError(operation.failed)
  }
}

async function liveness(
  { pictures, verificationId }: CheckRequest,
  { client, reference, signal }: Call,
  { engine, config }: Services,
): Promise<LivenessAnswer> {
  if (isScripted(client)) return simulateLiveness(reference, verificationId)
  const report = await engine.analyse(pictures[0]!, {
    want: { liveness: true, traits: true, template: false },
    signal,
  })
  const verdict = judgePassive(report, { threshold: config.LIVEFACE_LIVENESS_THRESHOLD })
  return toLiveness(verdict, report.subject, { reference, verificationId })
}

async function match(
  { pictures, verificationId, fields }: CheckRequest,
  { client, reference, signal }: Call,
  { engine, config }: Services,
): Promise<MatchAnswer> {
  const report = await engine.compare(pictures[0]!, pictures[1]!, {
    want: { template: true, traits: false, liveness: false },
    everyFace: true,
    signal,
  })
  const threshold = readThreshold(fields.get('threshold'), config.LIVEFACE_MATCH_THRESHOLD)
  const verdict = judgeMatch(report, { threshold })
  return toMatch(verdict, { reference, verificationId }, strictMatchStatus.isOn(client))
}

async function liveliness(
  { pictures, verificationId }: CheckRequest,
  { reference, signal }: Call,
  { engine, config }: Services,
): Promise<LivelinessAnswer> {
  const report = await engine.analyse(pictures[0]!, {
    want: { liveness: true, traits: false, template: false },
    signal,
  })
  const verdict = judgePassive(report, { threshold: config.LIVEFACE_LIVENESS_THRESHOLD })
  return toLiveliness(verdict, { reference, verificationId })
}
