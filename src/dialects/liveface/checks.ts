/** What each call reads, asks of the engine and judges; checks/perform.ts has the order of it. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Client } from '../../access/clients.ts'
import { callOf, withPictures } from '../../checks/call.ts'
import { type Check, type CheckEngine, performCheck } from '../../checks/perform.ts'
import { type Kept, ownRow } from '../../checks/row.ts'
import type { Config } from '../../config/index.ts'
import { PictureError } from '../../engine/errors.ts'
import type { FaceReport } from '../../engine/types.ts'
import type { NewCheck, Reservation } from '../../records/checks.ts'
import type { KeptPictures } from '../../records/submitted-pictures.ts'
import type { Services } from '../dialect.ts'
import { accept, findDestination } from './accepted.ts'
import { refuseUnverified, warnUnverified } from './client-switches.ts'
import { Problem } from './errors.ts'
import {
  type Judged,
  judgeAgeOf,
  judgeLiveness,
  judgePair,
  judgeQuality,
  withEvidence,
} from './judgements.ts'
import { furtherPictures, type PictureName, pictureNames } from './reasons.ts'
import { onceOnly } from './repeats.ts'
import { type CheckRequest, readCheckRequest } from './request.ts'
import { type CheckAnswer, type CheckType, callbackUrl, type PendingAnswer, person } from './schemas.ts'
import { toCheckAnswer } from './translate.ts'

/** Fields of every check beside its pictures. */
const common = z.strictObject({ person: person.optional(), callback_url: callbackUrl.optional() })
const ageFields = common.extend({
  minimum_age: z.coerce
    .number({ error: 'must be a whole number' })
    .int('must be a whole number')
    .min(1, 'must be 1 or more')
    .max(100, 'must be 100 or less')
    .default(18)
    .describe('Age in whole years that the person must have reached, 1 to 100.'),
})

export type Fields = z.infer<typeof common>
type Reports = Partial<Record<PictureName, FaceReport>>

interface Findings {
  reports: Reports
  judged: Judged
}

export interface Operation<Given extends Fields = Fields> {
  type: CheckType
  summary: string
  description: string
  pictures: readonly PictureName[]
  /** Those that may be there too. */
  further?: readonly PictureName[]
  fields: z.ZodType<Given>
  judge(request: CheckRequest<Given>, engine: CheckEngine, config: Config, client: Client): Promise<Findings>
}

/** Lets operations of different fields stand in one list. */
function operation<Given extends Fields>(definition: Operation<Given>): Operation {
  return definition as unknown as Operation
}

export const operations: readonly Operation[] = [
  operation({
    type: 'liveness',
    summary: 'Is the face in this picture a living person before a camera?',
    description:
      'Passive liveness of one picture, or of up to four of one capture, moments apart, which are judged together. Send the whole frame: an attack shows best in what surrounds the face.',
    pictures: ['picture'],
    fields: common,
    further: furtherPictures,
    async judge({ pictures }, engine, { liveness, match }, client) {
      const sent = pictureNames.filter((name) => pictures[name])
      const want = { liveness: true, traits: false, template: sent.length > 1 }
      const reports: [PictureName, FaceReport][] = []
      // One after the other: the call takes no more of the queue than others do, and the first picture that cannot be read
      // ends it.
      for (const [index, name] of sent.entries()) {
        const options = { want, urgent: index > 0 }
        reports.push([name, await engine.analyse(pictures[name]!, options).catch(blaming(name))])
      }
      const judged = withEvidence(judgeLiveness(reports, liveness, match), reports, {
        refuse: refuseUnverified.isOn(client),
        warn: warnUnverified.isOn(client),
      })
      return { reports: Object.fromEntries(reports), judged }
    },
  }),
  operation({
    type: 'match',
    summary: 'Do two pictures show one person?',
    description:
      'A selfie (`picture`) against the portrait of a document or another picture (`reference`), of which the most prominent face is taken: ghost portraits do no harm.',
    pictures: ['picture', 'reference'],
    fields: common,
    async judge({ pictures: { picture, reference } }, engine, { match }) {
      const want = { template: true, age: true, traits: false, liveness: false }
      const report = await engine.compare(picture!, reference!, { want })
      return {
        reports: { picture: report.first, reference: report.second },
        judged: judgePair(report, match),
      }
    },
  }),
  operation({
    type: 'age',
    summary: 'Has the person in this picture reached an age?',
    description:
      'Age assurance. Only a range that lies on one side of the age decides, anything else is `review`. It does not judge liveness: ask for that too.',
    pictures: ['picture'],
    fields: ageFields,
    async judge({ pictures: { picture }, fields }, engine) {
      const report = await engine.analyse(picture!, {
        want: { age: true, liveness: false, traits: false, template: false },
      })
      return { reports: { picture: report }, judged: judgeAgeOf(report, fields.minimum_age) }
    },
  }),
  operation({
    type: 'quality',
    summary: 'Is this picture good enough to recognise a person by?',
    description: 'Asked before a face is enrolled. Each fault is a reason.',
    pictures: ['picture'],
    fields: common,
    async judge({ pictures: { picture } }, engine) {
      const want = { liveness: false, traits: false, template: false }
      const report = await engine.analyse(picture!, { want })
      return { reports: { picture: report }, judged: judgeQuality(report) }
    },
  }),
]

/** Names a picture that cannot be read; of others than the first the engine does not know the field. */
function blaming(name: PictureName): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof PictureError)) throw error
    const { code } = error
    throw Problem.ofPicture(code === 'picture_too_many_pixels' ? code : 'picture_unreadable', name)
  }
}

/** What a request asks for, and whether it was asked before. */
interface Asked extends CheckRequest<Fields> {
  /** Given before, to a request with the same key. */
  answer: CheckAnswer | PendingAnswer | null
  /** Is told of the outcome, which is not waited for; null: the caller waits. */
  destinationId: string | null
}

/** @throws Problem, and what `performCheck` throws */
export async function carryOut(
  request: FastifyRequest,
  reply: FastifyReply,
  client: Client,
  operation: Operation,
  services: Services,
): Promise<CheckAnswer | PendingAnswer> {
  const { pictures: names, further = [], fields } = operation
  const once = onceOnly(request, reply, client.id, services)
  const { measure, keep } = measuring(operation, client, services)
  const newCheck = ({ fields }: CheckRequest<Fields>) => checkOf(client.id, operation.type, fields)
  const check: Check<Asked, Reservation, Measured, Kept<CheckAnswer>, CheckAnswer | PendingAnswer> = {
    admit: withPictures,
    async read() {
      const input = await readCheckRequest(request, names, fields, further)
      const destinationId = await findDestination(input.fields.callback_url, client, services)
      const more = further.flatMap((name) => (input.pictures[name] ? [name, input.pictures[name]] : []))
      const asked = [JSON.stringify(input.fields), ...names.map((name) => input.pictures[name]!), ...more]
      return { ...input, destinationId, answer: ((await once.begin(asked))?.body as CheckAnswer) ?? null }
    },
    async answerUnseen(input) {
      if (input.answer || input.destinationId === null) return input.answer
      const { pictures, fields: given, destinationId } = input
      const asked = { check: newCheck(input), pictures, fields: given, destinationId, requestId: request.id }
      return accept(asked, once, services)
    },
    record: ownRow<Asked, CheckAnswer>(services.checks, newCheck),
    measure,
    async keep(measured, transaction) {
      const kept = await keep(measured, transaction)
      await once.keep(transaction, { status: 200, body: kept.result }, measured.place.id)
      return kept
    },
  }
  const answer = await once.run(() => performCheck(check, callOf(reply, client), services))
  if ('status' in answer) reply.code(202).header('location', `/api/v1/checks/${answer.id}`)
  return answer
}

/** The row of a check. */
export function checkOf(clientId: string, operation: CheckType, { person }: Fields): NewCheck {
  return { clientId, dialect: 'liveface', operation, person: person ?? null }
}

type Measured = Findings & { kept: KeptPictures }

/**
 * How a check is measured, judged and kept, whether its caller waits or not.
 * @param told a destination of webhooks that is told in any case; null: there is none
 */
export function measuring(
  { type, judge }: Operation,
  client: Client,
  { config, pictures, webhooks }: Services,
  told: string | null = null,
): Pick<
  Check<CheckRequest<Fields>, Reservation, Measured, Kept<CheckAnswer>, CheckAnswer>,
  'measure' | 'keep'
> {
  return {
    async measure(input, engine) {
      const findings = await judge(input, engine, config, client)
      return { ...findings, kept: await pictures.stage(client.id, present(input.pictures)) }
    },
    async keep({ input, place: { id }, findings: { reports, judged, kept } }, transaction) {
      await kept.insert(transaction, id)
      const facts = { id, type, person: input.fields.person ?? null, time: Date.now() }
      const result = toCheckAnswer(facts, judged, reports)
      const event = {
        clientId: client.id,
        dialect: 'liveface',
        type: 'check.completed',
        alsoTo: told ?? undefined,
      }
      await webhooks.enqueue(transaction, { ...event, subjectId: id, payload: result })
      const { verdict: status } = judged
      const liveness = type === 'liveness' ? { liveness: judged.probability } : {}
      const said = {
        passed: status === 'pass',
        review: status === 'review',
        subject: facts.person,
        ...liveness,
      }
      return { status, result, ...said }
    },
  }
}

function present(pictures: Partial<Record<PictureName, Buffer>>): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(pictures).filter(([, bytes]) => bytes !== undefined))
}
