/** What each endpoint reads, asks of the engine and answers; checks/perform.ts has the order of it. */
import type { FastifyRequest } from 'fastify'
import type { Client } from '../../access/clients.ts'
import { type CheckCall, withPictures } from '../../checks/call.ts'
import { type CheckEngine, performCheck } from '../../checks/perform.ts'
import { ownRow } from '../../checks/row.ts'
import { judgeMatch } from '../../decisions/match.ts'
import { judgePassive } from '../../decisions/passive.ts'
import type { FaceReport, MatchReport } from '../../engine/types.ts'
import type { Services } from '../dialect.ts'
import { simulator, strictMatchStatus } from './client-switches.ts'
import type { CashfreeErrorName } from './errors.ts'
import {
  type CheckRequest,
  livenessForm,
  type MatchRequest,
  readCheckRequest,
  readMatchRequest,
} from './request.ts'
import type { LivelinessAnswer, LivenessAnswer, MatchAnswer } from './schemas.ts'
import { simulateLiveness } from './simulator.ts'
import { type Ids, toLiveliness, toLiveness, toMatch } from './translate.ts'

type Answer = LivenessAnswer | MatchAnswer | LivelinessAnswer

interface Question<Input extends CheckRequest, Findings> {
  name: 'face-liveness' | 'face-match' | 'liveliness'
  /** Fields of the pictures, under whose names they are kept. */
  files: readonly string[]
  /** The endpoint's word for a fault of ours. */
  failed: CashfreeErrorName
  read(request: FastifyRequest, services: Services): Promise<Input>
  measure(input: Input, engine: CheckEngine, client: Client): Promise<Findings>
  answer(findings: Findings, ids: Ids, input: Input, client: Client, services: Services): Answer
}

/** One endpoint, at /verification and its name. */
export interface Endpoint extends Pick<Question<never, never>, 'name' | 'failed'> {
  /** @throws CashfreeError, and what `performCheck` throws */
  handle(request: FastifyRequest, call: CheckCall, client: Client, services: Services): Promise<Answer>
}

function endpoint<Input extends CheckRequest, Findings>(question: Question<Input, Findings>): Endpoint {
  const { name, failed, files, read, measure, answer } = question
  return {
    name,
    failed,
    handle: (request, call, client, services) =>
      performCheck(
        {
          admit: withPictures,
          read: () => read(request, services),
          record: ownRow<Input, Answer>(services.checks, ({ verificationId }) => ({
            clientId: client.id,
            dialect: 'cashfree',
            operation: name,
            externalId: verificationId,
          })),
          async measure(input, engine) {
            const measured = await measure(input, engine, client)
            // Of scripted answers nothing is kept: nobody looked at the pictures.
            if (measured === null) return { measured, kept: null }
            const byField = files.map((file, index) => [file, input.pictures[index]!] as const)
            return { measured, kept: await services.pictures.stage(client.id, Object.fromEntries(byField)) }
          },
          async keep({ input, findings: { measured, kept }, place: { id, reference } }, transaction) {
            await kept?.insert(transaction, id)
            const ids = { reference, verificationId: input.verificationId }
            const result = answer(measured, ids, input, client, services)
            return { status: result.status, result, passed: hasPassed(result), subject: input.verificationId }
          },
        },
        call,
        services,
      ),
  }
}

export const endpoints: readonly Endpoint[] = [
  endpoint<CheckRequest, FaceReport | null>({
    name: 'face-liveness',
    files: ['image'],
    failed: 'livenessFailed',
    read: (request) => readCheckRequest(request, livenessForm),
    // The simulator's answer depends on the id alone, but takes it like any other.
    measure: async ({ pictures }, engine, client) =>
      isSimulated(client)
        ? null
        : engine.analyse(pictures[0]!, { want: { liveness: true, traits: true, template: false } }),
    answer(report, ids, _input, _client, { config }) {
      if (!report) return simulateLiveness(ids.reference, ids.verificationId)
      const verdict = judgePassive(report, { threshold: config.liveness.threshold })
      return toLiveness(verdict, report.subject, ids)
    },
  }),
  endpoint<MatchRequest, MatchReport>({
    name: 'face-match',
    files: ['first_image', 'second_image'],
    failed: 'matchFailed',
    read: (request, { config }) => readMatchRequest(request, config.match.threshold),
    measure: ({ pictures }, engine) =>
      engine.compare(pictures[0]!, pictures[1]!, {
        want: { template: true, age: true, traits: false, liveness: false },
      }),
    answer(report, ids, { threshold }, client) {
      return toMatch(judgeMatch(report, { threshold }), ids, strictMatchStatus.isOn(client))
    },
  }),
  endpoint<CheckRequest, FaceReport>({
    name: 'liveliness',
    files: ['image'],
    failed: 'matchFailed',
    read: (request) => readCheckRequest(request, livenessForm),
    measure: ({ pictures }, engine) =>
      engine.analyse(pictures[0]!, { want: { liveness: true, traits: false, template: false } }),
    answer: (report, ids, _input, _client, { config }) =>
      toLiveliness(judgePassive(report, { threshold: config.liveness.threshold }), ids),
  }),
]

function hasPassed(answer: Answer): boolean {
  if ('liveness' in answer) return answer.liveness
  return 'liveliness' in answer ? answer.liveliness : answer.face_match_result === 'YES'
}

function isSimulated(client: Client): boolean {
  return client.environment === 'sandbox' && simulator.isOn(client)
}
