import { sql } from 'kysely'
import type { Database } from '../../src/database/index.ts'

const run = (database: Database, statement: string) => sql.raw(statement).execute(database)

/** Leaves a SQLite file no room. SQLite says the same of a file that may not grow as of a disk without room: SQLITE_FULL. */
export async function fillDisk(database: Database): Promise<void> {
  await run(database, 'create table if not exists filler (bytes blob)')
  // Never less than the pages it has; what is free inside them goes to the filler.
  await run(database, 'pragma max_page_count = 1')
  await run(database, 'pragma synchronous = OFF')
  for (let size = 1 << 20; size >= 64; size >>= 1) {
    const isFull = () =>
      run(database, `insert into filler values (zeroblob(${size}))`).then(
        () => false,
        () => true,
      )
    while (!(await isFull()));
  }
  await run(database, 'pragma synchronous = FULL')
}

/** Makes room again. */
export async function freeDisk(database: Database): Promise<void> {
  await run(database, 'pragma max_page_count = 1073741823')
  await run(database, 'drop table if exists filler')
}
