/** What a process uses, as Linux reports it under /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface Usage {
  /** Milliseconds of processor time since the start: of the whole process, and of its main thread alone. */
  processor: number
  mainThread: number
  /** Resident memory in bytes. */
  resident: number
  /** Open file descriptors, without the sockets of clients. */
  files: number
  sockets: number
  threads: number
}

/** Length of a clock tick in ms: USER_HZ is 100 on every Linux that Node runs on. */
const tick = 10

/** @throws when the process is gone or this is no Linux */
export function readUsage(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const links = readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`)]
    } catch {
      return []
    }
  })
  const sockets = links.filter((link) => link.startsWith('socket:')).length
  return {
    processor: processorTime(`/proc/${pid}/stat`),
    mainThread: processorTime(`/proc/${pid}/task/${pid}/stat`),
    resident: 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)![1]),
    files: links.length - sockets,
    sockets,
    threads: Number(/^Threads:\s+(\d+)/m.exec(status)![1]),
  }
}

function processorTime(file: string): number {
  const stat = readFileSync(file, 'utf8')
  // The name stands in brackets and may hold spaces; utime and stime are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return tick * (Number(fields[11]) + Number(fields[12]))
}
