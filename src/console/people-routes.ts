/** What is kept about a person: found, given out, and erased. */
import { Readable } from 'node:stream'
import { z } from 'zod'
import { casesOf } from '../cases/list.ts'
import type { Database } from '../database/index.ts'
import { EngineError, PictureError } from '../engine/errors.ts'
import { similarity } from '../engine/face/compare.ts'
import { isoTime } from '../iso-time.ts'
import { hangUpSignal } from '../receive/hang-up.ts'
import { readMultipart } from '../receive/multipart.ts'
import { personFiles } from '../records/person-export.ts'
import { noteExport } from '../records/person-notes.ts'
import { zipOf } from '../records/zip.ts'
import { caseSummary, toSummaries } from './case-answers.ts'
import { ConsoleError } from './errors.ts'
import { peopleReaders, personTerms, toPersonTerms } from './person-terms.ts'
import { type Asked, route, sees } from './route.ts'

const subject = z.string().min(1).max(200).describe("The caller's own id of the person.")
const clientName = z.object({ id: z.string(), name: z.string() })
const ofPerson = z.object({ client: z.string().max(100), subject })
/** Cases of one person that are shown. */
const shown = 100
/** Matches of a picture, and the similarity, 0 to 1, from which a face is one. */
const matches = { limit: 20, similarity: 0.6 }

export const peopleRoutes = [
  route({
    method: 'GET',
    url: '/people',
    name: 'find-person',
    summary: 'The cases of a person, where their face is enrolled, and what they agreed to.',
    tag: 'People',
    roles: peopleReaders,
    query: z.object({ subject }),
    answer: z.object({
      subject: z.string(),
      cases: z.array(caseSummary),
      enrolments: z.array(
        z.object({
          client: clientName,
          id: z.string(),
          createdAt: z.iso.datetime(),
          list: z.string().nullable(),
        }),
      ),
      terms: z
        .array(personTerms.extend({ client: clientName }))
        .describe("Of each client that enrolled the person by Liveface's own API."),
    }),
    async handle({ query: { subject: person }, user, services: { database } }) {
      const rows = await casesOf(database, person, user.clients, shown)
      let query = database
        .selectFrom('gallery_entries')
        .innerJoin('clients', 'clients.id', 'gallery_entries.client_id')
        .select(['gallery_entries.id as id', 'list', 'gallery_entries.created_at as created_at'])
        .select(['clients.id as client_id', 'clients.name as name'])
        .where('vendor_data', '=', person)
        .where('template', 'is not', null)
      if (user.clients) query = query.where('client_id', 'in', [...user.clients, ''])
      const entries = await query.limit(shown).execute()
      const terms = await termsOf(database, person, user.clients)
      return {
        subject: person,
        cases: await toSummaries(database, rows),
        enrolments: entries.map(({ id, list, created_at, client_id, name }) => ({
          client: { id: client_id, name },
          id,
          createdAt: isoTime(created_at),
          list: list === 'none' ? null : list,
        })),
        terms,
      }
    },
  }),
  route({
    method: 'POST',
    url: '/people/search',
    name: 'search-people',
    summary: "Who in a client's gallery looks like this?",
    tag: 'People',
    roles: ['administrator', 'reviewer'],
    multipart: {
      picture: { kind: 'file', required: true, description: 'A picture with one face, at most 10 MB.' },
      client: { kind: 'text', required: true, description: 'Id of the client.' },
    },
    answer: z.object({
      matches: z.array(
        z.object({
          subject: z.string().nullable(),
          similarity: z.number(),
          list: z.string().nullable(),
          enrolmentId: z.string(),
        }),
      ),
    }),
    async handle(asked) {
      const { actor, services } = asked
      const { clientId, template } = await readFace(asked)
      const [found = []] = await services.gallery.search(template, [{ clientId, limit: matches.limit }])
      const entry = { actor, clientId, action: 'person.searched', subject: null }
      await services.database
        .transaction()
        .execute((transaction) => services.audit.append(transaction, entry))
      return {
        matches: found
          .map(({ id, vendorData, list, cosine }) => ({
            subject: vendorData,
            similarity: similarity(cosine),
            list: list === 'none' ? null : list,
            enrolmentId: id,
          }))
          .filter((match) => match.similarity >= matches.similarity),
      }
    },
  }),
  route({
    method: 'POST',
    url: '/people/export',
    name: 'export-person',
    summary: 'Everything kept about a person at a client: person.json and the pictures, as a zip archive.',
    tag: 'People',
    roles: ['administrator', 'auditor'],
    confirm: true,
    body: ofPerson,
    answer: z.any().describe('application/zip'),
    async handle({ body: { client, subject: person }, user, actor, reply, services }) {
      const found = sees(user, client) ? await services.persons.find(person, { clientId: client }) : []
      if (found.length === 0) throw new ConsoleError('not_found')
      // Before the first byte: who breaks off has a part of it.
      await noteExport(services, person, found, actor)
      reply
        .header('cache-control', 'no-store')
        .header('content-disposition', 'attachment; filename="person.zip"')
      const archive = Readable.from(zipOf(personFiles(services, person, found)), { objectMode: false })
      return reply.type('application/zip').send(archive)
    },
  }),
  route({
    method: 'POST',
    url: '/people/erase',
    name: 'erase-person',
    summary: 'Erase everything kept about a person at a client. The audit log keeps that it was done.',
    tag: 'People',
    roles: ['administrator'],
    confirm: true,
    body: ofPerson,
    answer: z.object({
      certificate: z.object({
        auditSequence: z.number(),
        at: z.iso.datetime(),
        counts: z.record(z.string(), z.number()),
      }),
    }),
    async handle({ body: { client, subject: person }, actor, services: { persons } }) {
      const found = await persons.find(person, { clientId: client })
      const [records] = found
      if (!records) throw new ConsoleError('not_found')
      const [row] = await persons.erase(person, found, actor)
      if (!row) throw new Error('The audit log has no row of what was erased.')
      const counts = { checks: records.checkIds.length, faces: records.entryIds.length }
      return { certificate: { auditSequence: row.sequence, at: isoTime(row.at), counts } }
    },
  }),
]

/** What the clients that a user sees have noted of a person. @param clients null: every one */
async function termsOf(db: Database, person: string, clients: readonly string[] | null) {
  let query = db
    .selectFrom('people')
    .innerJoin('clients', 'clients.id', 'people.client_id')
    .select(['client_id', 'name', 'consent', 'consent_at as consentAt', 'keep_until as keepUntil'])
    .where('person', '=', person)
  if (clients) query = query.where('client_id', 'in', [...clients, ''])
  const rows = await query.limit(shown).execute()
  return rows.map(({ client_id: id, name, ...terms }) => ({ client: { id, name }, ...toPersonTerms(terms) }))
}

/** The face of a form, of which nothing is kept. @throws ConsoleError picture, request, busy, not_found */
async function readFace({
  request,
  reply,
  user,
  services: { admission, engine, clients },
}: Asked<unknown, unknown>): Promise<{ clientId: string; template: Float32Array }> {
  try {
    await admission.enter(reply.raw, `console:${user.id}`)
    const { fields, files } = await readMultipart(request, { fileSize: 10 * 2 ** 20, files: 1, fields: 1 })
    const picture = files.get('picture')
    const clientId = fields.get('client') ?? ''
    if (!sees(user, clientId) || !(await clients.find(clientId))) throw new ConsoleError('not_found')
    if (!picture || picture.truncated) throw new ConsoleError('picture')
    const want = { template: true, traits: false, liveness: false }
    const { subject: face } = await engine.analyse(picture.bytes, { want, signal: hangUpSignal(reply) })
    if (!face?.template) throw new ConsoleError('picture')
    return { clientId, template: face.template }
  } catch (error) {
    if (error instanceof PictureError) throw new ConsoleError('picture')
    if (error instanceof EngineError && error.code === 'engine_busy') {
      throw new ConsoleError('busy', { retryAfter: 1 })
    }
    throw error
  }
}
