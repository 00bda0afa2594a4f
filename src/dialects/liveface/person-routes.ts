/** People whose faces are enrolled: enrolled, found, put on lists, given out and erased. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { isoTime } from '../../iso-time.ts'
import { createLists } from '../../records/lists.ts'
import type { Person } from '../../records/people.ts'
import { withoutBiometrics } from '../../records/person-tables.ts'
import { linkTo } from '../common/picture-links.ts'
import type { Services } from '../dialect.ts'
import { authenticate } from './auth.ts'
import { nameCursor, readNameCursor } from './cursor.ts'
import { enrol, search } from './enrolment.ts'
import { Problem } from './errors.ts'
import { describeOperation, describePictures } from './openapi.ts'
import { toPersonAnswer } from './people.ts'
import {
  enrolmentAnswer,
  enrolmentFields,
  erasure,
  personAnswer,
  personChange,
  personExport,
  personList,
  personQuery,
  searchAnswer,
  searchFields,
} from './person-schemas.ts'
import { readBody, readFields } from './request.ts'

const ofPerson = z.object({ person: z.string().describe('Your own id of the person.') })
const tag = 'People'

interface OfPerson {
  Params: { person: string }
}

export function registerPeople(app: FastifyInstance, services: Services): void {
  const { gallery, people, persons } = services

  app.post(
    '/people',
    describePictures(['picture'], enrolmentFields, {
      ...{ name: 'enrolPerson', summary: 'Enrol a face of a person, to find them by later.', tag },
      description:
        'A picture that would spoil the gallery is refused with its reason as the problem’s code: no face or several, faults of quality, or a face that is not that of the faces the person has. Liveness is not judged: ask for that too.',
      ...{ status: 201, answer: enrolmentAnswer, bodyName: 'EnrolmentRequest' },
    }),
    async (request, reply) => enrol(request, reply, await authenticate(request, services), services),
  )

  app.post(
    '/people/search',
    describePictures(['picture'], searchFields, {
      ...{ name: 'searchPeople', summary: 'Who of your people looks like this picture?', tag },
      description: 'Nothing of the picture is kept, nor what was found; the prepaid check is paid.',
      ...{ status: 200, answer: searchAnswer, bodyName: 'PersonSearchRequest' },
    }),
    async (request, reply) => search(request, reply, await authenticate(request, services), services),
  )

  app.get(
    '/people',
    describeOperation({
      ...{ name: 'listPeople', summary: 'Your people, in the order of your ids.', tag },
      ...{ status: 200, answer: personList, querystring: personQuery },
    }),
    async (request) => {
      const client = await authenticate(request, services)
      const { list, limit, cursor } = readFields(personQuery, request.query)
      const after = cursor === undefined ? undefined : readNameCursor(cursor)
      const found = await people.list(client.id, { limit: limit + 1, after, list })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return {
        data: await withFaces(client.id, page),
        next_cursor: found.length > limit && last ? nameCursor(last.person) : null,
      }
    },
  )

  app.get<OfPerson>(
    '/people/:person',
    describeOperation({
      ...{ name: 'getPerson', summary: 'One person, with their enrolled faces.', tag },
      ...{ status: 200, answer: personAnswer, params: ofPerson },
    }),
    async (request) => {
      const client = await authenticate(request, services)
      return answerOf(client.id, await people.find(client.id, request.params.person))
    },
  )

  app.patch<OfPerson>(
    '/people/:person',
    {
      ...describeOperation({
        ...{
          name: 'changePerson',
          summary: 'Put a person on a list, or change how long they are kept.',
          tag,
        },
        ...{ status: 200, answer: personAnswer, params: ofPerson, body: personChange },
      }),
      // The same change twice is one.
      config: {},
    },
    async (request) => {
      const client = await authenticate(request, services)
      const { list, note, consent, keep_until } = await readBody(personChange, request)
      const keepUntil = typeof keep_until === 'string' ? Date.parse(keep_until) : keep_until
      const person = await people.change(client.id, request.params.person, { consent, keepUntil })
      if (person && list !== undefined) {
        const target = { check: person.id, face: null }
        await createLists(services).put(client.id, target, list, { actor: client.id, label: note ?? null })
      }
      return answerOf(client.id, person)
    },
  )

  app.delete<OfPerson>(
    '/people/:person',
    describeOperation({
      ...{ name: 'erasePerson', summary: 'Erase everything that you have of a person.', tag },
      description:
        'Faces, also those on a list, checks, sessions, pictures and messages, at your client. The audit log keeps that a person was erased, and not whom.',
      ...{ status: 200, answer: erasure, params: ofPerson },
    }),
    async (request) => {
      const client = await authenticate(request, services)
      const records = await requireRecords(client.id, request.params.person)
      const [row] = await persons.erase(request.params.person, [records], client.id)
      return {
        audit_sequence: row!.sequence,
        records: records.checkIds.length,
        faces: records.entryIds.length,
        erased_at: isoTime(row!.at),
      }
    },
  )

  app.get<OfPerson>(
    '/people/:person/export',
    describeOperation({
      ...{ name: 'exportPerson', summary: 'Everything that the server keeps of a person.', tag },
      description: 'For whoever asks what is kept about them. The audit log says that it was read.',
      ...{ status: 200, answer: personExport, params: ofPerson },
    }),
    async (request) => {
      const client = await authenticate(request, services)
      const { person } = request.params
      const records = await requireRecords(client.id, person)
      const { tables, pictures } = await persons.read(person, records, client.id)
      const link = linkTo(request, services)
      return {
        person,
        exported_at: isoTime(Date.now()),
        // A key that was stolen must not fetch the faces of all.
        tables: withoutBiometrics(tables),
        pictures: pictures.map(({ id, role, mediaType, size, createdAt }) => ({
          ...{ id, role, media_type: mediaType, bytes: size },
          ...{ created_at: isoTime(createdAt), url: link(id) },
        })),
      }
    },
  )

  app.delete<{ Params: { person: string; face: string } }>(
    '/people/:person/faces/:face',
    describeOperation({
      ...{ name: 'eraseFace', summary: 'Erase one enrolled face of a person.', tag },
      ...{ status: 204, answer: z.null().describe('It is erased.') },
      params: ofPerson.extend({ face: z.string().describe('Id of the face.') }),
    }),
    async (request, reply) => {
      const client = await authenticate(request, services)
      const { person, face } = request.params
      const entry = await gallery.find(client.id, face)
      if (entry?.vendorData !== person) throw new Problem('face_unknown')
      await createLists(services).forget(client.id, { entry: face }, client.id)
      return reply.code(204).send()
    },
  )

  /** @throws Problem person_unknown */
  async function answerOf(clientId: string, person: Person | null) {
    if (!person) throw new Problem('person_unknown')
    return toPersonAnswer(person, await gallery.listChecks(clientId, [person.id]))
  }

  async function withFaces(clientId: string, page: readonly Person[]) {
    const faces = await gallery.listChecks(
      clientId,
      page.map(({ id }) => id),
    )
    return page.map((person) =>
      toPersonAnswer(
        person,
        faces.filter(({ checkId }) => checkId === person.id),
      ),
    )
  }

  /** What this client has of a person. @throws Problem person_unknown */
  async function requireRecords(clientId: string, person: string) {
    const [records] = await persons.find(person, { clientId })
    if (!records) throw new Problem('person_unknown')
    return records
  }
}
