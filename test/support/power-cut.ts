/** What a power cut would leave of a SQLite database: what was synced, and of the rest nothing, all, or any part. */
import { fstatSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'

/** What the disk made of pages that were written and not synced. */
export const fates = ['lost', 'written', 'chance'] as const
export type Fate = (typeof fates)[number]

export interface Remains {
  database: Buffer
  log: Buffer
}

export interface WatchedDisk {
  /** How often the log was synced since. */
  syncs(): number
  /** What lies on the disk if the power goes now. */
  remains(fate: Fate): Remains
  /** Runs a checkpoint, after which log and file are as good as new: SQLite syncs both itself, as the pragma asks. */
  checkpoint(run: () => void): void
  stop(): void
}

const sectorBytes = 512
/** Salts and checksum of the log; SQLite syncs a new one by itself before anything behind it. */
const logHeaderBytes = 32

/**
 * Watches the syncs of a database's log. Needs `wal_autocheckpoint = 0`, so that nothing is written to the file itself
 * unseen; takes all that is there now as synced.
 */
export async function watchDisk(file: string): Promise<WatchedDisk> {
  const logFile = `${file}-wal`
  const read = (): Remains => ({ database: readFileSync(file), log: readFileSync(logFile) })
  let durable = read()
  let [count, taken, newest] = [0, 0, 0]

  const probe = await open(file, 'r')
  const prototype: FileHandle = Object.getPrototypeOf(probe)
  await probe.close()
  const original = prototype.datasync
  prototype.datasync = async function (this: FileHandle) {
    const isLog = fstatSync(this.fd).ino === statSync(logFile).ino
    // What is written while the disk is at work may be too late for it.
    const [log, at] = [isLog ? readFileSync(logFile) : null, ++taken]
    await original.call(this)
    if (!log || at < newest) return
    newest = at
    durable = { ...durable, log }
    count++
  }

  return {
    syncs: () => count,
    remains(fate) {
      const now = readFileSync(logFile)
      return { database: durable.database, log: mixed(durable.log, now, fate) }
    },
    checkpoint(run) {
      run()
      newest = ++taken
      durable = read()
    },
    stop() {
      prototype.datasync = original
    },
  }
}

function mixed(synced: Buffer, now: Buffer, fate: Fate): Buffer {
  if (fate === 'written') return now
  const grown = fate === 'lost' ? 0 : Math.floor(Math.random() * Math.max(0, now.length - synced.length + 1))
  const log = Buffer.alloc(Math.max(synced.length + grown, Math.min(logHeaderBytes, now.length)))
  synced.copy(log)
  for (let at = 0; fate === 'chance' && at < log.length; at += sectorBytes) {
    if (Math.random() < 0.5) now.copy(log, at, at, Math.min(at + sectorBytes, log.length))
  }
  now.copy(log, 0, 0, logHeaderBytes)
  return log
}

/** Puts the remains into a new folder, as `name`. @returns the database's file */
export function layOut({ database, log }: Remains, folder: string, name = 'liveface.db'): string {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const file = join(folder, name)
  writeFileSync(file, database)
  writeFileSync(`${file}-wal`, log)
  return file
}
