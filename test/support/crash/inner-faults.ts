/** What can go wrong around a server and only be brought about inside its process: its disk and its clock. */
import { open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../../src/database/index.ts'
import { fillDisk, freeDisk } from '../full-disk.ts'

export type InnerFault =
  | { kind: 'full disk' }
  | { kind: 'free disk' }
  /** Milliseconds that each sync of the database's log takes longer; 0 ends it. */
  | { kind: 'slow disk'; delay: number }
  /** Milliseconds by which the clock differs from the machine's. */
  | { kind: 'clock'; offset: number }

/** Call it before the server is built: its parts keep the clock that they find. */
export async function installInnerFaults(): Promise<(fault: InnerFault, of: Database) => Promise<void>> {
  const setClock = installClock()
  const setDelay = await installDisk()
  return async (fault, database) => {
    if (fault.kind === 'full disk') await fillDisk(database)
    else if (fault.kind === 'free disk') await freeDisk(database)
    else if (fault.kind === 'slow disk') setDelay(fault.delay)
    else setClock(fault.offset)
  }
}

function installClock(): (offset: number) => void {
  const Machine = Date
  let shift = 0
  const now = () => Machine.now() + shift
  globalThis.Date = new Proxy(Machine, {
    construct: (target, given, self) => Reflect.construct(target, given.length > 0 ? given : [now()], self),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  })
  return (offset) => {
    shift = offset
  }
}

/** The log of the database is synced through file handles. */
async function installDisk(): Promise<(delay: number) => void> {
  let wait = 0
  const probe = await open(new URL(import.meta.url), 'r')
  const prototype = Object.getPrototypeOf(probe)
  await probe.close()
  const { datasync } = prototype
  prototype.datasync = async function () {
    if (wait > 0) await sleep(wait)
    return datasync.call(this)
  }
  return (delay) => {
    wait = delay
  }
}
