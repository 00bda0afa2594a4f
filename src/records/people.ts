/**
 * People whose faces a client has enrolled under its own id of them: what they agreed to, and until when they are kept.
 * Their faces lie in the gallery, where they belong to the person's `id` as others belong to their check.
 */
import { randomUUID } from 'node:crypto'
import type { ExpressionBuilder, Kysely, Transaction } from 'kysely'
import { parseClientSettings } from '../access/settings.ts'
import type { Database, Tables } from '../database/index.ts'
import type { PeopleTable } from '../database/schema-native.ts'
import type { EntryList } from '../gallery/types.ts'
import { idempotencyRecords } from './idempotency.ts'
import type { Persons } from './persons.ts'
import { monthsBefore } from './retention.ts'
import type { DialectRecords } from './types.ts'

/** A person whose faces are enrolled. */
export interface Person {
  /** UUID. */
  id: string
  /** The caller's own id. */
  person: string
  consent: string | null
  /** Unix milliseconds. */
  consentAt: number | null
  /** Unix milliseconds from which the person is erased; null: the client's retention decides. */
  keepUntil: number | null
  createdAt: number
  /** When the newest face was enrolled. */
  enrolledAt: number
}

/** What a caller says of a person; what is absent stays as it is. */
export interface PersonTerms {
  consent?: string | null | undefined
  keepUntil?: number | null | undefined
}

export interface People {
  /** Notes that a face of the person is enrolled. Hold the gallery's place in line: two at once make one person. */
  enrolled(
    transaction: Transaction<Tables>,
    clientId: string,
    person: string,
    terms: PersonTerms,
  ): Promise<Person>
  find(clientId: string, person: string): Promise<Person | null>
  /** In the order of the caller's ids, from the one after `after`; `list`: with a face on that list. */
  list(
    clientId: string,
    page: { limit: number; after?: string | undefined; list?: 'block' | 'allow' | undefined },
  ): Promise<Person[]>
  /** @returns null when the client has no such person */
  change(clientId: string, person: string, terms: PersonTerms): Promise<Person | null>
  /**
   * Erases people whose time is over with everything that their client has of them. Whom nobody gave a time is kept as
   * long as the client's checks are, counted from the newest face; who is on a list then stays. @returns how many
   * @throws AggregateError when some could not be erased, after all the others were
   */
  sweep(persons: Pick<Persons, 'find' | 'erase'>): Promise<number>
}

/** What answers belong to that name several people: they are forgotten whenever one person is erased. */
export const answersOfPeople = 'people'

export function createPeople(db: Database, now: () => number = Date.now): People {
  const own = (from: Kysely<Tables>, clientId: string, person: string) =>
    from
      .selectFrom('people')
      .selectAll()
      .where('client_id', '=', clientId)
      .where('person', '=', person)
      .executeTakeFirst()

  const columnsOf = ({ consent, keepUntil }: PersonTerms) => ({
    ...(consent === undefined ? {} : { consent, consent_at: consent === null ? null : now() }),
    ...(keepUntil === undefined ? {} : { keep_until: keepUntil }),
  })

  const named = () => db.selectFrom('people').select(['client_id', 'person'])

  /** People whose time is over, one query for each reason why. */
  async function outdated() {
    const queries = [named().where('keep_until', '<=', now())]
    for (const { id, settings } of await db.selectFrom('clients').select(['id', 'settings']).execute()) {
      const { retentionMonths } = parseClientSettings(JSON.parse(settings))
      if (retentionMonths === null) continue
      queries.push(
        named()
          .where('client_id', '=', id)
          .where('keep_until', 'is', null)
          .where('enrolled_at', '<', monthsBefore(now(), retentionMonths))
          .where((where) => where.not(where.exists(faces(where, 'block', 'allow')))),
      )
    }
    return queries
  }

  return {
    async enrolled(transaction, clientId, person, terms) {
      const time = now()
      const changes = { ...columnsOf(terms), enrolled_at: time }
      const known = await own(transaction, clientId, person)
      const row: PeopleTable = {
        ...(known ?? {
          id: randomUUID(),
          client_id: clientId,
          person,
          consent: null,
          consent_at: null,
          keep_until: null,
          created_at: time,
        }),
        ...changes,
      }
      if (known) await transaction.updateTable('people').set(changes).where('id', '=', known.id).execute()
      else await transaction.insertInto('people').values(row).execute()
      return toPerson(row)
    },

    async find(clientId, person) {
      const row = await own(db, clientId, person)
      return row ? toPerson(row) : null
    },

    async list(clientId, { limit, after, list }) {
      let query = db.selectFrom('people').selectAll().where('client_id', '=', clientId)
      if (after !== undefined) query = query.where('person', '>', after)
      if (list !== undefined) query = query.where((where) => where.exists(faces(where, list)))
      return (await query.orderBy('person').limit(limit).execute()).map(toPerson)
    },

    async change(clientId, person, terms) {
      const changes = columnsOf(terms)
      if (Object.keys(changes).length > 0) {
        const mine = db.updateTable('people').set(changes).where('client_id', '=', clientId)
        await mine.where('person', '=', person).execute()
      }
      const row = await own(db, clientId, person)
      return row ? toPerson(row) : null
    },

    async sweep(persons) {
      let erased = 0
      const failures: unknown[] = []
      for (const query of await outdated()) {
        for (const { client_id: clientId, person } of await query.execute()) {
          // Erasing those before took a while, in which somebody may have given this one more time.
          const isStill = query.where('client_id', '=', clientId).where('person', '=', person)
          if (!(await isStill.executeTakeFirst())) continue
          try {
            await persons.erase(person, await persons.find(person, { clientId }), 'server')
            erased++
          } catch (error) {
            failures.push(error)
          }
        }
      }
      if (failures.length > 0) {
        throw new AggregateError(failures, `${failures.length} people whose time is over were not erased.`)
      }
      return erased
    },
  }
}

/** Faces of the person of a row, on one of these lists. */
function faces(where: ExpressionBuilder<Tables, 'people'>, ...lists: EntryList[]) {
  return where
    .selectFrom('gallery_entries')
    .select('gallery_entries.id')
    .whereRef('gallery_entries.client_id', '=', 'people.client_id')
    .whereRef('gallery_entries.check_id', '=', 'people.id')
    .where('gallery_entries.list', 'in', lists)
}

/** An enrolled person is erased as a check is: by the id that their faces belong to. */
export const peopleRecords: DialectRecords = {
  async erase(transaction, clientId, checkIds) {
    const { numDeletedRows } = await transaction
      .deleteFrom('people')
      .where('client_id', '=', clientId)
      .where('id', 'in', [...checkIds])
      .executeTakeFirst()
    if (numDeletedRows > 0n) await idempotencyRecords.erase(transaction, clientId, [answersOfPeople])
  },

  async read(db, _masterKey, clientId, checkIds) {
    const rows = await db
      .selectFrom('people')
      .selectAll()
      .where('client_id', '=', clientId)
      .where('id', 'in', [...checkIds])
      .execute()
    return { people: rows.map((row) => ({ ...row })) }
  },

  async ofPerson(db, clientId, person) {
    const rows = await db
      .selectFrom('people')
      .select('id')
      .where('client_id', '=', clientId)
      .where('person', '=', person)
      .execute()
    return rows.map(({ id }) => id)
  },
}

function toPerson(row: PeopleTable): Person {
  return {
    id: row.id,
    person: row.person,
    consent: row.consent,
    consentAt: row.consent_at,
    keepUntil: row.keep_until,
    createdAt: row.created_at,
    enrolledAt: row.enrolled_at,
  }
}
