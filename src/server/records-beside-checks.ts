import { caseRecords } from '../cases/records.ts'
import { challengeRecords } from '../challenges/records.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { batchRecords } from '../records/check-batches.ts'
import { idempotencyRecords } from '../records/idempotency.ts'
import { imprintRecords } from '../records/imprints.ts'
import { pendingRecords } from '../records/pending-checks.ts'
import { peopleRecords } from '../records/people.ts'
import type { DialectRecords } from '../records/types.ts'

/** Whoever has tables of its own about checks: what erases or exports a check asks all of them. */
export function recordsBesideChecks(dialects: readonly Dialect[]): DialectRecords[] {
  return [
    challengeRecords,
    imprintRecords,
    caseRecords,
    idempotencyRecords,
    peopleRecords,
    // A cancellation holds the batch before what waits of it: in another order both would wait for each other.
    batchRecords,
    pendingRecords,
    ...dialects.flatMap(({ records }) => records ?? []),
  ]
}
