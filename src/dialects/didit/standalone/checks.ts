/** A standalone call as a check: checks/perform.ts has the order of it. */
import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Client } from '../../../access/clients.ts'
import { withPictures } from '../../../checks/call.ts'
import type { Check, CheckEngine, Measured } from '../../../checks/perform.ts'
import { type Kept, ownRow } from '../../../checks/row.ts'
import { PictureError } from '../../../engine/errors.ts'
import { sniff } from '../../../engine/picture/sniff.ts'
import type { Match } from '../../../gallery/types.ts'
import type { Reservation } from '../../../records/checks.ts'
import type { KeptPictures } from '../../../records/submitted-pictures.ts'
import { linkTo } from '../../common/picture-links.ts'
import type { Services } from '../../dialect.ts'
import { findSessions, type Session } from '../sessions/records.ts'
import { toTimestamp } from '../times.ts'
import type { Call, CommonFields, Judgement, Operation } from './operation.ts'
import { readForm } from './request.ts'
import { keepPictures, saveCall } from './saved-call.ts'
import { idsOf, prepareSearch, type SearchInTransaction, searchNow } from './search.ts'
import { toKnownFace } from './translate.ts'

type Answer = Record<string, unknown>

/** What a request asks for. */
export interface Asked {
  call: Call<unknown>
  /** Encoded, in the order of the operation. */
  pictures: Buffer[]
  fields: CommonFields
}

export interface Findings {
  measured: unknown
  /** null: there is no face to search for, or the operation does not search. */
  probe: Float32Array | null
  search: SearchInTransaction
  /** null: the call is not saved. */
  kept: KeptPictures | null
}

export type StandaloneCheck = Check<Asked, Reservation, Findings, Kept<Answer>, Answer>

/** Credit is asked for before the pictures are looked at, as the vendor does; sandbox keys pay nothing. */
export function standaloneCheck(
  request: FastifyRequest,
  client: Client,
  operation: Operation,
  services: Services,
): StandaloneCheck {
  const link = linkTo(request, services)

  const toAnswer = (id: string, body: unknown, { vendorData, metadata }: CommonFields, time: number) => ({
    request_id: id,
    [operation.key]: body,
    vendor_data: vendorData,
    metadata,
    created_at: toTimestamp(time),
  })

  function judge(
    { call, fields }: Asked,
    measured: unknown,
    matches: readonly Match[][],
    sessions: ReadonlyMap<string, Session>,
  ): Judgement {
    const { same, possible } = services.config.screening
    const known = matches.map((list) =>
      list.map((match) => toKnownFace(match, call.search!.years(measured), sessions)),
    )
    return call.judge({ measured, fields, link, matches: known, policy: { same, possible } })
  }

  async function keep(
    { input, place, findings }: Measured<Asked, Reservation, Findings>,
    transaction: Parameters<StandaloneCheck['keep']>[1],
  ): Promise<Kept<Answer>> {
    const { fields } = input
    const matches = await findings.search(transaction)
    const sessions = await findSessions(transaction, client.id, idsOf(matches))
    const judgement = judge(input, findings.measured, matches, sessions)
    const { status, body, warnings } = judgement
    const time = Date.now()
    const result = toAnswer(place.id, body, fields, time)
    const { kept } = findings
    const said = {
      passed: status === 'Approved',
      subject: fields.vendorData,
      warnings: warnings.map(({ risk }) => risk),
    }
    if (!kept) return { status, result, forget: true, ...said }
    const template = input.call.search?.enrols ? findings.probe : null
    const saved = { client, service: operation.service, fields, judgement, kept, template, place, time }
    await saveCall(transaction, services, saved, { environment: client.environment, link, sessions })
    return { status, result, ...said }
  }

  return {
    admit: withPictures,
    read: () => readCall(request, operation),
    answerUnseen: ({ fields }) =>
      client.environment === 'sandbox' ? toAnswer(randomUUID(), operation.sandbox, fields, Date.now()) : null,
    record: ownRow<Asked, Answer>(services.checks, () => ({
      clientId: client.id,
      dialect: 'didit',
      operation: operation.name,
    })),
    async measure({ call, pictures, fields }, engine) {
      const measured = await measureKnown(call, pictures, fields, { engine, config: services.config })
      const probe = call.search?.probe(measured) ?? null
      const queries = (probe && call.search?.queries(client.id, fields.vendorData)) || []
      if (!fields.save) {
        return { measured, probe, search: await searchNow(services.gallery, probe, queries), kept: null }
      }
      const kept = await keepPictures(services, client, operation, pictures)
      return { measured, probe, search: await prepareSearch(services.gallery, probe, queries), kept }
    },
    keep,
  }
}

/** @throws FieldError with the errors of every field; DiditError when the body is no form */
async function readCall(request: FastifyRequest, operation: Operation): Promise<Asked> {
  const form = await readForm(request)
  const pictures = operation.pictures.map((name) => form.image(name))
  const call = operation.read(form)
  const fields: CommonFields = {
    rotate: form.boolean('rotate_image', false),
    save: form.boolean('save_api_request', true),
    vendorData: form.text('vendor_data'),
    metadata: form.object('metadata'),
  }
  form.finish()
  return { call, pictures, fields }
}

/** What the vendor reads: the others of our engine's formats it would call unreadable. */
const formats: readonly (string | null)[] = ['jpeg', 'png', 'webp', 'tiff']

/** @throws PictureError, also for what is no picture of the vendor's formats */
function measureKnown(
  call: Call<unknown>,
  pictures: readonly Buffer[],
  fields: CommonFields,
  tools: { engine: CheckEngine; config: Services['config'] },
): Promise<unknown> {
  const unknown = pictures.findIndex((picture) => !formats.includes(sniff(picture)))
  if (unknown < 0) return call.measure(pictures, fields, tools)
  const error = new PictureError('picture_format_unknown')
  error.which = unknown === 0 ? 'first' : 'second'
  return Promise.reject(error)
}
