/**
 * What was acknowledged outlives a power cut. The cuts are simulated: of the log, only what was in it when a finished
 * sync began is sure to be there. Checkpoints are SQLite's own work and are not cut in the middle.
 */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import type SQLite from 'better-sqlite3'
import { type Dialect, Kysely, sql } from 'kysely'
import sharp from 'sharp'
import { afterAll, expect, it } from 'vitest'
import { createDurableLog, openDurableLog } from '../src/database/durable-log.ts'
import { openDatabase } from '../src/database/index.ts'
import { openConnection } from '../src/database/sqlite.ts'
import { dialectOver } from '../src/database/sqlite-driver.ts'
import { startReceiver } from './support/crash/index.ts'
import { nothing, startLoad } from './support/crash/load.ts'
import { makeCallers, startCrashServer } from './support/crash/server.ts'
import { examine } from './support/crash/verdict.ts'
import { fates, layOut, type Remains, watchDisk } from './support/power-cut.ts'

const directory = mkdtempSync(join(tmpdir(), 'liveface-power-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

interface Tables {
  notes: { id: number; text: string }
  twins: { id: number; text: string }
}

/** Writers side by side, each cut off again and again just after it was answered. @returns what each cut lost */
async function cutWriters(open: (database: SQLite.Database, file: string) => Dialect, rounds: number) {
  const file = join(mkdtempSync(join(directory, 'driver-')), 'a.db')
  const database = openConnection(file)
  for (const pragma of ['journal_mode = WAL', 'wal_autocheckpoint = 0']) {
    database.pragma(pragma)
  }
  // So little that long transactions are in the log before their commit.
  database.pragma('cache_size = 10')
  for (const name of ['notes', 'twins']) {
    database.exec(`create table ${name} (id integer primary key, text text not null unique)`)
  }
  const disk = await watchDisk(file)
  disk.checkpoint(() => database.pragma('wal_checkpoint(truncate)'))
  const db = new Kysely<Tables>({ dialect: open(database, file) })
  const acknowledged = new Map<number, string>()
  const found = { cuts: 0, lost: 0, wrong: [] as string[] }
  let [lastId, checkpoints] = [0, 0]

  const write = async (breaksOff: boolean) => {
    const id = ++lastId
    const text = `${breaksOff ? 'never' : 'note'} ${id} ${'x'.repeat(Math.random() < 0.1 ? 60_000 : 40)}`
    const over = db.transaction().execute(async (transaction) => {
      await transaction.insertInto('notes').values({ id, text }).execute()
      await transaction.insertInto('twins').values({ id, text }).execute()
      if (breaksOff) throw new Error('no')
    })
    if (breaksOff) await expect(over).rejects.toThrow('no')
    else {
      await over
      acknowledged.set(id, text)
    }
  }

  const cut = () => {
    found.cuts++
    const remains = disk.remains(fates[found.cuts % fates.length]!)
    const left = openConnection(layOut(remains, join(directory, 'left'), 'a.db'))
    const health = left.pragma('integrity_check', { simple: true })
    if (health !== 'ok') found.wrong.push(String(health))
    const rows = (table: string) =>
      new Map(
        (left.prepare(`select id, text from ${table}`).all() as Tables['notes'][]).map((row) => [
          row.id,
          row.text,
        ]),
      )
    const [notes, twins] = [rows('notes'), rows('twins')]
    left.close()
    for (const [id, text] of acknowledged) if (notes.get(id) !== text) found.lost++
    if (notes.size !== twins.size || [...notes].some(([id, text]) => twins.get(id) !== text)) {
      found.wrong.push('half a transaction')
    }
    if ([...notes.values()].some((text) => text.startsWith('never'))) found.wrong.push('what was rolled back')
  }

  const writer = async (which: number) => {
    for (let round = 0; round < rounds; round++) {
      await write(Math.random() < 0.1)
      if (Math.random() < 0.3) cut()
      if (which === 0 && round % 20 === 19) {
        while (database.inTransaction) await turn()
        checkpoints++
        const kind = ['passive', 'restart', 'truncate'][checkpoints % 3]
        disk.checkpoint(() => database.pragma(`wal_checkpoint(${kind})`))
      }
    }
  }
  await Promise.all([0, 1, 2, 3].map(writer))
  const syncs = disk.syncs()
  disk.stop()
  await db.destroy()
  return { ...found, acknowledged: acknowledged.size, syncs, checkpoints }
}

it('loses no transaction that was over, keeps none by half, and leaves a sound file', async () => {
  const { lost, wrong, cuts, syncs, acknowledged, checkpoints } = await cutWriters(
    (database, file) => dialectOver(database, openDurableLog(file)),
    100,
  )
  expect({ lost, wrong }).toEqual({ lost: 0, wrong: [] })
  expect(cuts).toBeGreaterThan(60)
  expect(checkpoints).toBeGreaterThan(0)
  // Commits share syncs, or the cuts would never have come between two.
  expect(syncs).toBeLessThan(acknowledged)
})

it('would show what is lost when commits do not wait for the disk', async () => {
  const hasty = createDurableLog(async () => {})
  const { lost, wrong } = await cutWriters((database) => dialectOver(database, hasty), 20)
  expect(lost).toBeGreaterThan(0)
  expect(wrong).toEqual([])
})

it('a whole server loses and doubles nothing that it acknowledged', async () => {
  const dataDirectory = mkdtempSync(join(directory, 'server-'))
  const picture = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#a08070' } })
    .jpeg()
    .toBuffer()
  const receiver = await startReceiver(picture)
  const logged: string[] = []
  const logStream = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk))
      done()
    },
  })
  const server = await startCrashServer({ dataDirectory, port: receiver.port }, logStream)
  const callers = await makeCallers(server, receiver.port)
  for (const pragma of ['wal_checkpoint(truncate)', 'wal_autocheckpoint = 0']) {
    await sql.raw(`pragma ${pragma}`).execute(server.database)
  }
  // As long as somebody reads what was there at first, no thread brings the log into the file.
  const reader = openConnection(join(dataDirectory, 'liveface.db'))
  reader.exec('begin')
  reader.prepare('select count(*) from sqlite_master').get()
  const disk = await watchDisk(join(dataDirectory, 'liveface.db'))
  const acknowledged = nothing()
  const given = { picture, pictureUrl: `http://127.0.0.1:${receiver.port}/picture` }
  const load = startLoad(server.url, callers, given, acknowledged)
  const cuts: { remains: Remains; acknowledged: typeof acknowledged }[] = []
  const isSilent = () => Object.values(acknowledged).some((list) => list.length === 0)
  while (cuts.length < 12) {
    await Promise.race([sleep(20 + Math.random() * 80), load.ended])
    // The last cut comes when every caller was answered, or it would show nothing.
    while (cuts.length === 11 && isSilent()) await sleep(20)
    const remains = disk.remains(fates[cuts.length % fates.length]!)
    cuts.push({ remains, acknowledged: structuredClone(acknowledged) })
  }
  reader.close()
  await Promise.all([server.stop(), load.ended])
  disk.stop()
  receiver.server.closeAllConnections()
  receiver.server.close()

  for (const [index, cut] of cuts.entries()) {
    const folder = join(directory, `cut-${index}`)
    const file = layOut(cut.remains, folder)
    copyFileSync(join(dataDirectory, 'master.key'), join(folder, 'master.key'))
    const database = await openDatabase({ file })
    const { wrong } = await examine(database, folder, callers, cut.acknowledged)
    expect(wrong).toEqual([])
    await database.destroy()
  }
  for (const [what, list] of Object.entries(cuts.at(-1)!.acknowledged)) {
    expect(list.length, what).toBeGreaterThan(0)
  }
  expect(logged).toEqual([])
})
