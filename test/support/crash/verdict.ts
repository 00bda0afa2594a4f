import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import { openMasterKey } from '../../../src/access/master-key.ts'
import type { Database } from '../../../src/database/index.ts'
import { isPostgres } from '../../../src/database/portable.ts'
import { createAudit } from '../../../src/records/audit.ts'
import { createEvidence } from '../../../src/records/evidence.ts'
import { createEvidenceFiles, type EvidenceFiles } from '../../../src/records/evidence-files.ts'
import type { Acknowledged } from './load.ts'
import { balance, type Callers } from './orders.ts'

/** What a database holds after a crash, and what is wrong with it. */
export interface Verdict {
  /** One sentence for each thing lost, doubled or torn apart. */
  wrong: string[]
  /** Rows of checks that were finished, acknowledged or not. */
  finished: number
  /** Rows of checks whose process died before their end; their ids are free again after two minutes. */
  interrupted: number
  /** Session ids whose events must reach the receiver. */
  announced: Set<string>
}

/** Compares everything that was ever acknowledged with what the database and the folder of evidence hold. */
export async function examine(
  db: Database,
  dataDirectory: string,
  callers: Callers,
  acknowledged: Acknowledged,
): Promise<Verdict> {
  const wrong: string[] = []
  const expect = (holds: boolean, sentence: string) => void (holds || wrong.push(sentence))
  const masterKey = openMasterKey(dataDirectory)

  await examineFile(db, wrong)
  const chain = await createAudit(db, masterKey).verify()
  expect(chain.intact, `The audit chain is broken: ${JSON.stringify(chain)}`)

  const checks = await db.selectFrom('checks').selectAll().execute()
  const byId = new Map(checks.map((row) => [row.id, row]))
  const byExternalId = countBy(checks, (row) => row.external_id)
  for (const { verificationId, reference, answer } of acknowledged.cashfree) {
    expect(byExternalId.get(verificationId) === 1, `Cashfree ${verificationId} is not there once.`)
    const row = checks.find(({ reference: known }) => known === reference)
    const isKept = row?.external_id === verificationId && row.state === 'done'
    expect(isKept, `Cashfree ${verificationId} lost its result.`)
    const isSame = isDeepStrictEqual(JSON.parse(row?.result ?? 'null'), answer)
    expect(isSame, `Cashfree ${verificationId} has another result than was answered.`)
  }
  for (const { id } of acknowledged.indiconnect) {
    expect(byId.get(id)?.state === 'done', `IndiConnect ${id} is lost.`)
  }

  const answers = await db.selectFrom('idempotency_keys').selectAll().execute()
  const answered = countBy(answers, ({ subject_id }) => subject_id)
  for (const { key, answer } of acknowledged.liveface) {
    const isSame = isDeepStrictEqual(JSON.parse(byId.get(answer.id)?.result ?? 'null'), answer)
    expect(isSame, `Liveface ${answer.id} has another result than was answered.`)
    const digest = createHash('sha256').update(key).digest('hex')
    const kept = answers.find((row) => row.digest === digest)
    expect(kept?.subject_id === answer.id, `Liveface ${answer.id} would be done again.`)
  }
  // Every request had a key: the check and its answer are kept together or not at all.
  for (const { id, operation } of checks.filter(
    ({ dialect, state }) => dialect === 'liveface' && state === 'done',
  )) {
    expect(
      answered.get(id) === 1,
      `Liveface ${operation} ${id} has ${answered.get(id) ?? 0} times its answer.`,
    )
  }
  for (const id of answered.keys())
    expect(byId.get(id)?.state === 'done', `An answer tells of no check: ${id}.`)

  const sessions = await db.selectFrom('didit_sessions').select(['id', 'pictures']).execute()
  const known = new Set(sessions.map(({ id }) => id))
  for (const { id } of acknowledged.didit) expect(known.has(id), `Didit ${id} is lost.`)
  const events = countBy(
    await db.selectFrom('webhook_events').select('subject_id').execute(),
    (row) => row.subject_id,
  )
  const audited = countBy(
    await db.selectFrom('audit').select('subject').where('action', '=', 'check.decided').execute(),
    (row) => row.subject,
  )
  const enrolled = countBy(
    await db.selectFrom('gallery_entries').select('check_id').execute(),
    (row) => row.check_id,
  )
  const pictures = countBy(
    await db.selectFrom('evidence').select('check_id').execute(),
    (row) => row.check_id,
  )
  // Committed together or not at all, whether or not anybody was answered.
  for (const { id, pictures: kept } of sessions) {
    const parts = { event: events, 'audit row': audited, enrolment: enrolled }
    for (const [name, counts] of Object.entries(parts)) {
      expect(counts.get(id) === 1, `Didit ${id} has ${counts.get(id) ?? 0} times its ${name}.`)
    }
    const expected = Object.keys(JSON.parse(kept)).length
    expect((pictures.get(id) ?? 0) === expected, `Didit ${id} lacks a picture.`)
    expect(byId.get(id)?.state === 'done', `Didit ${id} has no finished check.`)
  }
  for (const id of enrolled.keys()) expect(known.has(id), `An enrolment has no session: ${id}.`)

  const open = await db.selectFrom('challenge_sessions').selectAll().execute()
  const byToken = new Map(open.map((row) => [row.token, row]))
  const photos = countBy(
    await db.selectFrom('challenge_photos').select(['session_id', 'challenge_id']).execute(),
    (row) => `${row.session_id}/${row.challenge_id}`,
  )
  for (const { token } of acknowledged.sessions) expect(byToken.has(token), `VerifyHQ ${token} is lost.`)
  for (const { token, challengeId } of acknowledged.photos) {
    const count = photos.get(`${byToken.get(token)?.id}/${challengeId}`)
    expect(count === 1, `VerifyHQ ${token} has ${count ?? 0} times its photo ${challengeId}.`)
  }
  for (const { token, isAlive } of acknowledged.verdicts) {
    const verdict = JSON.parse(byToken.get(token)?.verdict ?? 'null')
    expect(verdict?.isAlive === isAlive, `VerifyHQ ${token} lost its verdict.`)
  }
  const decided = open.filter(({ verdict }) => verdict !== null)
  for (const { id } of decided) {
    expect(events.get(id) === 1, `VerifyHQ ${id} has ${events.get(id) ?? 0} times its event.`)
    expect(byId.get(id)?.state === 'done', `VerifyHQ ${id} has a verdict and no finished check.`)
  }

  const paid = await db
    .selectFrom('clients')
    .select('balance')
    .where('id', '=', callers.cashfree!.id)
    .executeTakeFirstOrThrow()
  const made = checks.filter(({ client_id }) => client_id === callers.cashfree!.id).length
  expect(
    balance - Number(paid.balance) === made,
    `${balance - Number(paid.balance)} calls paid, ${made} made.`,
  )

  const references = new Set(checks.map(({ reference }) => reference))
  expect(references.size === checks.length, 'A reference was given twice.')
  const announced = new Set([...known, ...decided.map(({ id }) => id)])
  for (const id of events.keys()) expect(announced.has(id), `An event tells of nothing: ${id}.`)
  const finished = checks.filter(({ state }) => state === 'done').length
  const waiting = new Set(open.map(({ id }) => id))
  const interrupted = checks.filter(({ id, state }) => state === 'reserved' && !waiting.has(id)).length
  return { wrong, finished, interrupted, announced }
}

/** Opens every kept picture: its file, its key and its seal. */
export async function openPictures(
  db: Database,
  dataDirectory: string,
  files: EvidenceFiles = createEvidenceFiles(join(dataDirectory, 'evidence')),
): Promise<string[]> {
  const masterKey = openMasterKey(dataDirectory)
  const evidence = createEvidence({ database: db, masterKey, files })
  const wrong: string[] = []
  for (const { id, client_id } of await db.selectFrom('evidence').select(['id', 'client_id']).execute()) {
    const kept = await evidence.read(client_id, id).catch(() => null)
    if (!kept?.bytes.length) wrong.push(`The picture ${id} can't be opened.`)
  }
  return wrong
}

async function examineFile(db: Database, wrong: string[]): Promise<void> {
  if (isPostgres(db)) return
  const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db)
  for (const { integrity_check } of rows) if (integrity_check !== 'ok') wrong.push(integrity_check)
  const orphans = await sql`pragma foreign_key_check`.execute(db)
  if (orphans.rows.length > 0) wrong.push(`${orphans.rows.length} rows refer to none.`)
}

function countBy<Row>(rows: readonly Row[], key: (row: Row) => string | null): Map<string, number> {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const name = key(row)
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}
