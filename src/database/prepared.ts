import type { Compilable, CompiledQuery, Kysely, QueryResult, Transaction } from 'kysely'
import { isPostgres } from './portable.ts'
import type { Tables } from './schema.ts'

/** Stands, under a name, for a value that is given when the query is run. */
export type Value<Values> = <Name extends keyof Values & string>(name: Name) => Values[Name]

export interface PreparedQuery<Values, Row> {
  (db: Kysely<Tables>, values: Values): Promise<QueryResult<Row>>
  with(db: Kysely<Tables>, values: Values): CompiledQuery<Row>
}

/**
 * A query whose words are made once. To put one together and to compile it takes several times as long as SQLite takes
 * to run it, so those that every request needs are kept.
 *
 * @param build makes the query; wherever it needs a value of the caller's it takes `value('name')`. It is called once
 *   for each kind of database, so nothing in it may depend on anything else
 * @returns runs the query, on the database or in a transaction of it; its `with` has it ready for `runTogether`
 */
export function prepareQuery<Values extends object, Row>(
  build: (db: Kysely<Tables>, value: Value<Values>) => Compilable<Row>,
): PreparedQuery<Values, Row> {
  const kinds = new Map<boolean, CompiledQuery<Row>>()
  // A symbol is what no column holds, and what Kysely hands on untouched.
  const place = ((name: string) => Symbol(name)) as unknown as Value<Values>

  function compiled(db: Kysely<Tables>): CompiledQuery<Row> {
    const kind = isPostgres(db)
    const known = kinds.get(kind) ?? build(db, place).compile()
    kinds.set(kind, known)
    return known
  }

  const ready = (db: Kysely<Tables>, values: Values): CompiledQuery<Row> => {
    const query = compiled(db)
    const given = values as Record<string, unknown>
    const parameters = query.parameters.map((parameter) =>
      typeof parameter === 'symbol' ? given[parameter.description ?? ''] : parameter,
    )
    return { ...query, parameters }
  }
  return Object.assign((db: Kysely<Tables>, values: Values) => db.executeQuery(ready(db, values)), {
    with: ready,
  })
}

/**
 * Runs two queries in their order. PostgreSQL gets the second without having answered the first, so that both take one
 * round trip. SQLite must not: after a full disk it has left the transaction by itself, and the second would be its own.
 * @throws when either fails; the transaction is then to be left
 */
export async function runTogether<First, Second>(
  transaction: Transaction<Tables>,
  first: CompiledQuery<First>,
  second: CompiledQuery<Second>,
): Promise<[QueryResult<First>, QueryResult<Second>]> {
  if (!isPostgres(transaction)) {
    return [await transaction.executeQuery(first), await transaction.executeQuery(second)]
  }
  return transaction
    .getExecutor()
    .provideConnection((connection) =>
      Promise.all([connection.executeQuery<First>(first), connection.executeQuery<Second>(second)]),
    )
}
