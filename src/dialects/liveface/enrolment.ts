/** Enrolling a person's face, and asking who looks like a picture: checks, of which the first leaves a template. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Client } from '../../access/clients.ts'
import { callOf, withPictures } from '../../checks/call.ts'
import { type Check, performCheck } from '../../checks/perform.ts'
import { type Kept, ownRow } from '../../checks/row.ts'
import { judgeEnrolment } from '../../decisions/enrolment.ts'
import { yearsOf } from '../../decisions/likeness.ts'
import type { FaceReport } from '../../engine/types.ts'
import type { Entry, Prepared, Query } from '../../gallery/types.ts'
import type { Reservation } from '../../records/checks.ts'
import { answersOfPeople } from '../../records/people.ts'
import type { KeptPictures } from '../../records/submitted-pictures.ts'
import type { Services } from '../dialect.ts'
import { Problem } from './errors.ts'
import { maxFaces } from './limits.ts'
import { listOf, rate, toPersonAnswer, toPersonMatch } from './people.ts'
import {
  type EnrolmentAnswer,
  enrolmentFields,
  type PersonMatch,
  type SearchAnswer,
  searchFields,
} from './person-schemas.ts'
import type { EnrolmentReason } from './reasons.ts'
import { onceOnly } from './repeats.ts'
import { readCheckRequest } from './request.ts'

/** Duplicates that are shown. */
const maxShown = 5
/** To enrol: whether something covers the face is found with the traits. To search: the age alone. */
const enrolmentWant = { template: true, traits: true, liveness: false }
const searchWant = { template: true, age: true, traits: false, liveness: false }

interface Face {
  template: Float32Array
  years: number
  quality: number
}
type Fields = z.infer<typeof enrolmentFields>
/** What is asked for; `answer`: given before, to a request with the same key. */
type Asked<Given, Answer> = { picture: Buffer; fields: Given; answer: Answer | null }
type Neighbours = ReturnType<typeof rate>[]

/** @throws Problem, and what `performCheck` throws */
export async function enrol(
  request: FastifyRequest,
  reply: FastifyReply,
  client: Client,
  services: Services,
): Promise<EnrolmentAnswer> {
  const { checks, config, gallery, pictures, people } = services
  const once = onceOnly(request, reply, client.id, services)
  // The check's own row names nobody but its person, so that erasing others leaves none of them in it.
  let duplicates: PersonMatch[] = []
  type Findings = { face: Face; head: Prepared; kept: KeptPictures }
  /**
   * The nearest faces of others, and apart from them what they must not crowd out: the nearest of the person's own, the
   * nearest of the blocklist, and the nearest that is not on the allow list.
   */
  const queriesFor = (person: string): Query[] => {
    const ofOthers = { clientId: client.id, excludeVendorData: person, limit: 1 }
    return [
      { ...ofOthers, limit: maxShown },
      { clientId: client.id, onlyVendorData: person, limit: 1 },
      { ...ofOthers, filter: ({ list }) => list === 'block' },
      { ...ofOthers, filter: ({ list }) => list !== 'allow' },
    ]
  }
  const check: Check<
    Asked<Fields, EnrolmentAnswer>,
    Reservation,
    Findings,
    Kept<EnrolmentAnswer>,
    EnrolmentAnswer
  > = {
    admit: withPictures,
    async read() {
      const input = await readCheckRequest(request, ['picture'], enrolmentFields)
      const picture = input.pictures.picture!
      const given = await once.begin([JSON.stringify(input.fields), picture])
      if (given) duplicates = (given.body as EnrolmentAnswer).duplicates
      return { picture, fields: input.fields, answer: (given?.body as EnrolmentAnswer) ?? null }
    },
    answerUnseen: ({ answer }) => answer,
    record: ownRow(checks, ({ fields: { person } }) => ({
      ...{ clientId: client.id, dialect: 'liveface', operation: 'enrolment', person },
    })),
    async measure({ picture, fields: { person } }, engine) {
      const face = requireFit(await engine.analyse(picture, { want: enrolmentWant }))
      const head = await gallery.prepare(face.template, queriesFor(person))
      return { face, head, kept: await pictures.stage(client.id, { picture }) }
    },
    async keep({ input: { fields }, place: { id: checkId }, findings: { face, head, kept } }, transaction) {
      const queries = queriesFor(fields.person)
      const matches = await gallery.searchInLine(transaction, face.template, queries, head)
      const rated = matches.map((list) => list.map((match) => rate(match, face.years)))
      const [others = [], own = [], blocked = [], unexcused = []] = rated
      duplicates = screen(others, blocked, unexcused, fields, config)
      const { consent, keep_until: until } = fields
      const terms = { consent, keepUntil: until === undefined ? until : Date.parse(until) }
      const person = await people.enrolled(transaction, client.id, fields.person, terms)
      const known = requireOwnFace(await gallery.listChecks(client.id, [person.id], transaction), own)
      const list = listOf(known)
      const entry = { clientId: client.id, vendorData: fields.person, checkId: person.id, list }
      const id = await gallery.add(transaction, { ...entry, template: face.template, approved: true })
      await kept.insert(transaction, checkId)
      const result: EnrolmentAnswer = {
        ...toPersonAnswer(person, await gallery.listChecks(client.id, [person.id], transaction)),
        ...{ face: id, quality: Math.round(face.quality * 10) / 10, duplicates: [] },
      }
      const body = { ...result, duplicates }
      await once.keep(transaction, { status: 201, body }, answersOfPeople)
      return { status: 'enrolled', passed: true, subject: fields.person, result }
    },
  }

  /** @param known the person's faces @param own the nearest of them, which must look like this one @throws Problem */
  function requireOwnFace(known: Entry[], own: Neighbours): Entry[] {
    if (known.length >= maxFaces) throw new Problem('person_full')
    const isOwn = own.some(({ alike }) => alike >= config.match.threshold)
    if (known.length > 0 && !isOwn) throw new Problem('person_differs')
    return known
  }

  reply.code(201)
  const answer = await once.run(() => performCheck(check, callOf(reply, client), services))
  return { ...answer, duplicates }
}

/** @throws Problem, and what `performCheck` throws */
export async function search(
  request: FastifyRequest,
  reply: FastifyReply,
  client: Client,
  services: Services,
): Promise<SearchAnswer> {
  const { checks, config, gallery } = services
  const once = onceOnly(request, reply, client.id, services)
  const { same, possible } = config.screening
  const check: Check<
    Asked<z.infer<typeof searchFields>, SearchAnswer>,
    Reservation,
    SearchAnswer,
    Kept<SearchAnswer>,
    SearchAnswer
  > = {
    admit: withPictures,
    async read() {
      const { pictures, fields } = await readCheckRequest(request, ['picture'], searchFields)
      const picture = pictures.picture!
      const given = await once.begin([JSON.stringify(fields), picture])
      return { picture, fields, answer: (given?.body as SearchAnswer) ?? null }
    },
    answerUnseen: ({ answer }) => answer,
    record: ownRow(checks, () => ({ clientId: client.id, dialect: 'liveface', operation: 'search' })),
    async measure({ picture, fields: { limit } }, engine) {
      const { template, years } = requireFace(await engine.analyse(picture, { want: searchWant }))
      const [found = []] = await gallery.search(template, [{ clientId: client.id, limit }])
      const alike = found.map((match) => rate(match, years)).filter((rated) => rated.alike >= possible)
      return { matches: alike.map((rated) => toPersonMatch(rated, same)) }
    },
    async keep({ findings: result }, transaction) {
      await once.keep(transaction, { status: 200, body: result }, answersOfPeople)
      // A row would keep names of people who are erased later.
      return { status: 'searched', passed: result.matches.length > 0, result, forget: true }
    },
  }
  return once.run(() => performCheck(check, callOf(reply, client), services))
}

/**
 * Other people of this face, whom the answer shows.
 * @param others the nearest faces that are not the person's own
 * @param blocked the nearest face of the blocklist that is not the person's own
 * @param unexcused the same of those that are not on the allow list
 * @throws Problem face_blocked, person_known
 */
function screen(
  others: Neighbours,
  blocked: Neighbours,
  unexcused: Neighbours,
  { if_known }: Fields,
  { screening }: Services['config'],
): PersonMatch[] {
  const isSame = ({ alike }: Neighbours[number]) => alike >= screening.same
  if (blocked.some(isSame)) throw new Problem('face_blocked')
  if (if_known === 'refuse' && unexcused.some(isSame)) throw new Problem('person_known')
  const shown = others.filter(({ alike }) => alike >= screening.possible)
  return shown.map((rated) => toPersonMatch(rated, screening.same))
}

/** @throws Problem no_face, several_faces */
function requireFace(report: FaceReport): Face {
  const verdict = judgeEnrolment(report)
  if (!('probability' in verdict)) throw Problem.ofPicture(verdict.outcome, 'picture')
  const { template, quality } = report.subject!
  return { template: template!, years: yearsOf(report), quality: quality.score }
}

/** The gate before a gallery: a poor picture in it is found by nobody, or by everybody. @throws Problem */
function requireFit(report: FaceReport): Face {
  const verdict = judgeEnrolment(report)
  if (verdict.outcome === 'unfit') {
    const codes: EnrolmentReason[] = verdict.faults.length > 0 ? verdict.faults : ['quality_too_low']
    throw Problem.ofPicture(codes[0]!, 'picture', codes)
  }
  return requireFace(report)
}
