/** What goes wrong, one function for each kind. Each comes back once its cause is gone; the server may still suffer. */
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { workersOf } from '../../test/support/children.ts'
import { type NativeFault, withFault } from '../../test/support/faults/index.ts'
import { form } from '../../test/support/form.ts'
import { patience, until } from '../../test/support/patience.ts'
import { dribble, headerLines, sendRaw } from '../../test/support/raw-socket.ts'
import type { Stage } from './stage.ts'

export interface Disturbance {
  /** How often it comes while one of weight 1 comes once. */
  weight: number
  /** The database that it needs; default: either. */
  only?: 'SQLite' | 'PostgreSQL'
  /** @param chance 0..1 */
  act(stage: Stage, chance: number): Promise<void>
}

const path = '/verification/face-liveness'
/** Milliseconds either way: two readings differ by less than a day, after which stored answers may go. */
const furthestJump = 11 * 60 * 60_000
const between = (from: number, to: number, chance: number) => Math.round(from + chance * (to - from))
const portOf = (stage: Stage) => Number(new URL(stage.url()).port)

export const disturbances = {
  'worker killed': { weight: 4, act: killWorker },
  'segmentation fault': { weight: 1, act: plant('segfault') },
  abort: { weight: 1, act: plant('abort') },
  'endless loop': { weight: 1, act: plant('loop') },
  'memory without end': { weight: 1, act: plant('hoard') },
  'server killed': { weight: 3, act: (stage) => stage.restart() },
  'PostgreSQL killed': { weight: 2, only: 'PostgreSQL', act: killPostgres },
  'full disk': { weight: 2, only: 'SQLite', act: fillTheDisk },
  'slow disk': { weight: 1, only: 'SQLite', act: slowTheDisk },
  'clock jump': { weight: 2, act: jump },
  'slow callers': { weight: 1, act: dribbleAway },
  'scan bomb': { weight: 1, act: sendScanBomb },
  'cut form': { weight: 1, act: sendCutForm },
  'huge JSON': { weight: 1, act: sendHugeJson },
  'receiver fails': { weight: 2, act: (stage, chance) => upset(stage, 'fails', chance) },
  'receiver hangs': { weight: 1, act: (stage, chance) => upset(stage, 'hangs', chance) },
} satisfies Record<string, Disturbance>

async function killWorker(stage: Stage, chance: number): Promise<void> {
  // The last disturbance may have left none, also of those that the server was ready with a moment ago.
  await until(() => {
    const workers = workersOf(stage.pid())
    const pid = workers[Math.floor(chance * workers.length)]
    return pid !== undefined && process.kill(pid, 'SIGKILL')
  }, 'The end of a worker')
}

function plant(fault: NativeFault): Disturbance['act'] {
  return async (stage) => {
    await sendPicture(stage, withFault(stage.picture(), fault), (status) => status >= 500)
  }
}

async function killPostgres({ postgres }: Stage, chance: number): Promise<void> {
  await postgres?.kill()
  await sleep(between(0, 5000, chance))
  await postgres?.restart()
}

async function fillTheDisk(stage: Stage, chance: number): Promise<void> {
  await stage.inflict({ kind: 'full disk' })
  await sleep(between(500, 4000, chance))
  // In one case of four the server dies meanwhile.
  if (chance < 0.25) await stage.restart()
  await stage.inflict({ kind: 'free disk' })
}

async function slowTheDisk(stage: Stage, chance: number): Promise<void> {
  await stage.inflict({ kind: 'slow disk', delay: between(50, 1000, chance) })
  await sleep(5000)
  await stage.inflict({ kind: 'slow disk', delay: 0 })
}

/** Until the next jump, or the next start. */
function jump(stage: Stage, chance: number): Promise<void> {
  return stage.inflict({ kind: 'clock', offset: between(-furthestJump, furthestJump, chance) })
}

async function dribbleAway(stage: Stage): Promise<void> {
  const head = `POST ${path} HTTP/1.1\r\nhost: x\r\n${headerLines(stage.headers('cashfree'))}`
  const body = `${head}content-type: multipart/form-data; boundary=B\r\ncontent-length: 100000\r\n\r\n--B\r\n`
  const slow = [body, head, ''].flatMap((first) =>
    Array.from({ length: 10 }, () => dribble(portOf(stage), first, 'a', 50)),
  )
  await sleep(5000)
  for (const { end } of slow) end()
  await Promise.all(slow.map(({ closed }) => closed))
}

/** A progressive JPEG whose last scan comes ten thousand times. */
async function sendScanBomb(stage: Stage): Promise<void> {
  const file = await sharp({ create: { width: 1024, height: 1024, channels: 3, background: '#7f6f5f' } })
    .jpeg({ progressive: true })
    .toBuffer()
  const scan = file.subarray(file.lastIndexOf(Buffer.from([0xff, 0xda])), -2)
  const bomb = [file.subarray(0, -2), ...Array<Buffer>(10_000).fill(scan), file.subarray(-2)]
  await sendPicture(stage, Buffer.concat(bomb), isRefusal)
}

async function sendCutForm(stage: Stage, chance: number): Promise<void> {
  const whole = Buffer.concat([
    Buffer.from('--B\r\ncontent-disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'),
    stage.picture(),
  ])
  await send(stage, 'cut form', isRefusal, {
    headers: { ...stage.headers('cashfree'), 'content-type': 'multipart/form-data; boundary=B' },
    body: whole.subarray(0, between(1, whole.length, chance)),
  })
}

/** 32 MB of nested lists, without a key in one half of the cases. */
async function sendHugeJson(stage: Stage, chance: number): Promise<void> {
  const keys = chance < 0.5 ? '' : headerLines(stage.headers('verifyhq'))
  const body = Buffer.alloc(32_000_000, '[')
  const head = `POST /v1/verifications/liveness/session HTTP/1.1\r\nhost: x\r\n${keys}connection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
  const { status } = await sendRaw(portOf(stage), Buffer.concat([Buffer.from(head), body]))
  // A connection cut while it is written to may lose its answer.
  if (status !== null && !isRefusal(status)) stage.wrong.push(`huge JSON was answered with ${status}.`)
}

async function upset(stage: Stage, mood: 'fails' | 'hangs', chance: number): Promise<void> {
  stage.setMood(mood)
  await sleep(between(1000, 5000, chance))
  stage.setMood('accepts')
}

const isRefusal = (status: number) => (status >= 400 && status < 500) || status === 503

function sendPicture(stage: Stage, image: Buffer, accepts: (status: number) => boolean): Promise<void> {
  const body = form({ verification_id: crypto.randomUUID(), image })
  return send(stage, 'a hostile picture', accepts, { headers: stage.headers('cashfree'), body })
}

/** An answer that is none, or not `accepts`, is wrong. */
async function send(
  stage: Stage,
  what: string,
  accepts: (status: number) => boolean,
  request: RequestInit,
): Promise<void> {
  const signal = AbortSignal.timeout(patience.poll)
  const status = await fetch(stage.url() + path, { ...request, method: 'POST', signal }).then(
    (response) => response.status,
    (error) => String(error),
  )
  if (typeof status === 'string' || !accepts(status)) stage.wrong.push(`${what} was answered with ${status}.`)
}
