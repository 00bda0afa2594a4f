/** What becomes of a server whose disk is full, whose data folder is read-only or whose database is damaged. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChecks } from '../src/records/checks.ts'
import { type FullDiskCase, fullDiskSuite } from './suites/full-disk.ts'
import { type DialectName, type EveryDialect, startEveryDialect } from './support/every-dialect.ts'
import { fillDisk, freeDisk } from './support/full-disk.ts'
import { patience } from './support/patience.ts'
import { program } from './support/program.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

const folders: string[] = []
const newFolder = () => {
  folders.push(mkdtempSync(join(tmpdir(), 'liveface-faults-')))
  return folders.at(-1) as string
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const lines: string[] = []
const logStream = new Writable({
  write(chunk, _encoding, done) {
    lines.push(String(chunk))
    done()
  },
})

/** How each dialect says that something failed inside the server. */
const cases: Record<DialectName, FullDiskCase> = {
  cashfree: {
    failure: {
      status: 500,
      body: {
        type: 'internal_error',
        code: 'request_failed',
        message: 'Unable to process your request. Try again after some time',
      },
    },
    isDone: ({ status }) => status < 300,
  },
  didit: {
    failure: { status: 500, body: { detail: 'Internal server error.' } },
    isDone: ({ status }) => status < 300,
  },
  // The vendor answers what fails once a call is under way with 200 and this code.
  indiconnect: {
    failure: { status: 200, body: { data: { verify: { result: { status_code: 108 } } } } },
    isDone: ({ status, body }) => status < 300 && body.data?.verify.result.status_code !== 108,
  },
  liveface: {
    failure: { status: 500, body: { status: 500, code: 'internal' } },
    isDone: ({ status }) => status < 300,
  },
  verifyhq: {
    failure: {
      status: 500,
      body: { statusCode: 500, error: 'Internal Server Error', message: 'Internal server error' },
    },
    isDone: ({ status }) => status < 300,
  },
}

fullDiskSuite(startEveryDialect, cases)

const { isDone } = cases.cashfree

describe('a full disk, and money,', () => {
  let calls: EveryDialect
  let server: TestServer
  beforeAll(async () => {
    calls = await startEveryDialect({
      engine: stubEngine(),
      logStream,
      settings: { LIVEFACE_LOG_LEVEL: 'error', LIVEFACE_EVIDENCE: 'true' },
    })
    server = calls.server
  })
  afterAll(() => calls.stop())

  const fill = () => fillDisk(server.database)
  const free = () => freeDisk(server.database)

  it('takes no prepaid call of a client whose call it refuses', async () => {
    const before = 1000
    const { id, headers } = await server.client('cashfree', {
      environment: 'production',
      balance: before,
      settings: { ratePerMinute: 1_000_000 },
    })
    await fill()
    let done = 0
    while (isDone(await calls.cashfree(`prepaid-${done}`, { headers })) && done < 200) done++
    await free()
    expect((await calls.cashfree(`prepaid-${done}`, { headers })).status).toBe(200)
    const { balance } = await server.database
      .selectFrom('clients')
      .select('balance')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(balance).toBe(before - done - 1)
  })

  it('takes no prepaid call for good', async () => {
    const { id } = await server.client('cashfree', { balance: 5 })
    const checks = createChecks(server.database)
    const check = { clientId: id, dialect: 'cashfree', operation: 'x', externalId: 'a' }
    const reservation = await checks.reserve(check)
    if (typeof reservation === 'string') throw new Error(reservation)
    await fill()
    await expect(
      checks.complete(reservation, { status: 's', result: 'x'.repeat(100_000) }),
    ).rejects.toMatchObject({ code: 'SQLITE_FULL' })
    await checks.release(reservation)
    await free()
    expect(await checks.reserve(check)).toMatchObject({ operation: 'x' })
    const { balance } = await server.database
      .selectFrom('clients')
      .select('balance')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(balance).toBe(4)
  })
})

/** Runs `liveface`, as another user where this one may write everywhere. */
function liveface(dataDirectory: string, command: string, unprivileged = false) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...program, ...command.split(' ')], {
    env: {
      ...process.env,
      LIVEFACE_DATA_DIR: dataDirectory,
      LIVEFACE_WORKERS: '1',
      PORT: '0',
      HOME: tmpdir(),
    },
    encoding: 'utf8',
    timeout: patience.poll,
    ...(unprivileged && process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}),
  })
  return { status, output: stdout + stderr }
}

describe('a data folder that cannot be written', () => {
  it('stops the start with a sentence that names it', async () => {
    const empty = newFolder()
    chmodSync(empty, 0o555)
    const { status, output } = liveface(empty, 'serve', true)
    expect(status).toBe(2)
    expect(output).toMatch(/^liveface: .*master\.key cannot be made: is the folder writable\? \(EACCES\)$/m)
  })

  it('stops it too when everything is there but may only be read', async () => {
    const dataDirectory = newFolder()
    const server = await startTestServer({ engine: stubEngine(), dataDirectory })
    await server.stop()
    for (const name of ['master.key', 'liveface.db']) chmodSync(join(dataDirectory, name), 0o444)
    chmodSync(dataDirectory, 0o555)
    for (const command of ['serve', 'keys list']) {
      const { status, output } = liveface(dataDirectory, command, true)
      expect(status).toBe(2)
      expect(output).toMatch(/^liveface: The database .*liveface\.db cannot be used: .*(read-only|written)/m)
    }
  })
})

describe('a damaged database', () => {
  /** A database with a thousand checks, a copy of it to damage, and its owner's headers. */
  async function damaged(change: (file: number, size: number) => void) {
    const dataDirectory = newFolder()
    const server = await startTestServer({ engine: stubEngine(), dataDirectory })
    const { id, headers } = await server.client('cashfree')
    const rows = Array.from({ length: 1000 }, (_, i) => ({
      id: `row-${i}`,
      client_id: id,
      dialect: 'cashfree',
      operation: 'face-liveness',
      external_id: `id-${i}`,
      state: 'done' as const,
      status: 's',
      result: 'x'.repeat(400),
      created_at: i,
      completed_at: i,
    }))
    for (let i = 0; i < 1000; i += 100) {
      await server.database
        .insertInto('checks')
        .values(rows.slice(i, i + 100))
        .execute()
    }
    await server.stop()
    const copy = newFolder()
    cpSync(dataDirectory, copy, { recursive: true })
    const path = join(copy, 'liveface.db')
    const file = openSync(path, 'r+')
    change(file, statSync(path).size)
    closeSync(file)
    return { dataDirectory: copy, headers }
  }

  it('in its first page stops the start with a sentence that names the file', async () => {
    const { dataDirectory } = await damaged((file) => writeSync(file, Buffer.alloc(100, 0x55), 0, 100, 0))
    for (const command of ['serve', 'doctor']) {
      const { status, output } = liveface(dataDirectory, command)
      expect(status).toBe(2)
      expect(output).toMatch(/The database .*liveface\.db cannot be used: the file is no database/)
    }
  })

  it('elsewhere fails what needs that page in the words of the dialect; the rest goes on, and doctor reports it', async () => {
    const { dataDirectory, headers } = await damaged((file, size) => {
      const page = Buffer.alloc(4096)
      for (let at = 4096; at < size; at += 4096) {
        readSync(file, page, 0, 4096, at)
        if (page.includes('id-500')) writeSync(file, Buffer.alloc(4096, 0x55), 0, 4096, at)
      }
    })
    lines.length = 0
    const calls = await startEveryDialect({
      engine: stubEngine(),
      dataDirectory,
      logStream,
      settings: { LIVEFACE_LOG_LEVEL: 'error' },
    })
    expect(await calls.cashfree('id-500', { headers })).toMatchObject({
      status: 500,
      body: cases.cashfree.failure.body,
    })
    // Used ids are still known where their page can be read.
    expect((await calls.cashfree('id-100', { headers })).status).toBe(409)
    expect(lines.join()).toContain('SQLITE_CORRUPT')
    expect((await fetch(`${calls.server.url}/healthz`)).status).toBe(200)
    await calls.stop()
    const { status, output } = liveface(dataDirectory, 'doctor')
    expect(status).toBe(2)
    expect(output).toMatch(/WRONG +database file +The database is damaged, put a backup in its place/)
  })
})
