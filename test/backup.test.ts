/**
 * A backup taken by a process of its own while the server works, restored on an empty machine; real files.
 * The engine is a stub: nothing here depends on what it measures.
 */
import { execFile } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { auditCommand } from '../src/commands/audit.ts'
import { backupCommand } from '../src/commands/backup.ts'
import { restoreCommand } from '../src/commands/restore.ts'
import { testDatabases } from './support/databases.ts'
import { portrait } from './support/pictures.ts'
import { program } from './support/program.ts'
import { mark, owners } from './support/record-owners.ts'
import { runCommand } from './support/run-command.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

const run = promisify(execFile)

const noSettings = { LIVEFACE_DATABASE_URL: undefined, LIVEFACE_MASTER_KEY: undefined }

async function liveface(dataDirectory: string, args: string[], settings: Record<string, string> = {}) {
  const environment = { LIVEFACE_DATA_DIR: dataDirectory, ...noSettings, ...settings }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  const outcome = await runCommand([backupCommand(), restoreCommand(), auditCommand()], args)
  vi.unstubAllEnvs()
  return outcome
}

/** In a process of its own, as it is beside a server. */
async function backUpBeside(dataDirectory: string, folder: string) {
  const env = { ...process.env, LIVEFACE_DATA_DIR: dataDirectory }
  return run(process.execPath, [...program, 'backup', folder], { env })
}

/** A liveness check of Didit's, whose picture is kept. */
async function keepOne({ url }: TestServer, headers: Record<string, string>, name: string): Promise<string> {
  const body = new FormData()
  body.set('user_image', new Blob([new Uint8Array(picture)]), 'selfie.jpg')
  body.set('vendor_data', name)
  const response = await fetch(`${url}/v3/passive-liveness/`, { method: 'POST', headers, body })
  expect(response.status, await response.clone().text()).toBe(200)
  return ((await response.json()) as { request_id: string }).request_id
}

const steady = (text: string) =>
  text.replace(/http:\/\/127\.0\.0\.1:\d+/g, '').replace(/\?expires=\d+&signature=[\w-]+/g, '')

async function read(server: TestServer, headers: Record<string, string>, path: string): Promise<string> {
  const response = await fetch(server.url + path, { headers })
  return `${response.status} ${steady(await response.text())}`
}

/** Bytes of each picture that an answer links to. */
async function pictures(server: TestServer, headers: Record<string, string>, id: string): Promise<Buffer[]> {
  const response = await fetch(`${server.url}/v3/session/${id}/decision/`, { headers })
  const links = [...new Set((await response.text()).match(/\/evidence\/[^"\\]+/g))]
  return Promise.all(
    links.map(async (link) => Buffer.from(await (await fetch(server.url + link)).arrayBuffer())),
  )
}

let folder: string
/** One that the copies of kept pictures can be drawn from. */
let picture: Buffer
beforeAll(async () => {
  picture = await portrait('personA')
  folder = mkdtempSync(join(tmpdir(), 'liveface-backup-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a backup', () => {
  const dataDirectory = () => join(folder, 'data')
  const backup = () => join(folder, 'backup')
  const empty = (name: string) => {
    const target = join(folder, name)
    mkdirSync(target)
    copyFileSync(join(dataDirectory(), 'master.key'), join(target, 'master.key'))
    return target
  }
  const damagedCopy = (name: string) => {
    const copy = join(folder, `backup-${name}`)
    cpSync(backup(), copy, { recursive: true })
    return copy
  }

  it('taken while checks come in gives back every answer from before it, on an empty machine', async () => {
    mkdirSync(dataDirectory())
    const settings = { LIVEFACE_FETCH_TIMEOUT_MS: '100', LIVEFACE_EVIDENCE: 'true' }
    const server = await startTestServer({
      engine: stubEngine(),
      dataDirectory: dataDirectory(),
      settings,
    })
    const { headers } = await server.client('didit', { environment: 'production' })
    const kept: string[] = []
    for (let i = 0; i < 5; i++) kept.push(await keepOne(server, headers, `${mark}-${i}`))
    const paths = [...owners.didit.views, ...kept.map((id) => `/v3/session/${id}/decision/`)]
    const answers: string[] = []
    for (const path of paths) answers.push(await read(server, headers, path))
    const shown = await pictures(server, headers, kept[0] as string)
    expect(shown.length).toBeGreaterThan(0)

    let over = false
    let later = 0
    const meanwhile = (async () => {
      while (!over) await keepOne(server, headers, `later-${later++}`)
    })()
    const made = await backUpBeside(dataDirectory(), backup())
    over = true
    await meanwhile
    await server.stop()
    expect(made.stderr).toBe('')
    expect(later).toBeGreaterThan(1)
    expect(made.stdout).toMatch(
      /^Copied all rows and \d+ pictures to .*\nThe master key \w+ is not among them/,
    )
    expect(readdirSync(backup()).sort()).toEqual(['SHA256SUMS', 'backup.json', 'evidence', 'liveface.db'])
    await run('sha256sum', ['--quiet', '-c', 'SHA256SUMS'], { cwd: backup() })

    const target = empty('restored')
    expect(await liveface(target, ['restore', backup()])).toMatchObject({ status: 0, stderr: '' })
    const restored = await startTestServer({ engine: stubEngine(), dataDirectory: target, settings })
    try {
      // What came while the backup was taken may be in it: the lists of that moment are not what they were.
      for (const [index, path] of paths.entries()) {
        if (path === '/v3/sessions/') continue
        expect(await read(restored, headers, path), path).toBe(answers[index])
      }
      expect(await pictures(restored, headers, kept[0] as string)).toEqual(shown)
      const { rows } = await sql<{ id: string }>`select id from evidence`.execute(restored.database)
      for (const { id } of rows) {
        const path = join(target, 'evidence', id.slice(0, 2), id)
        expect(
          readFileSync(path).equals(readFileSync(join(dataDirectory(), path.slice(target.length)))),
        ).toBe(true)
      }
      // It goes on where it was.
      await keepOne(restored, headers, 'after')
    } finally {
      await restored.stop()
    }
    const audit = await liveface(target, ['audit', 'verify'])
    expect(audit.status, audit.stderr).toBe(0)
    expect((await liveface(target, ['audit', 'list'])).stdout).toContain('backup.restored')
    expect((await liveface(dataDirectory(), ['audit', 'list'])).stdout).toContain('backup.made')
  })

  it('goes into a new folder only, and is restored only where there is nothing', async () => {
    const again = await liveface(dataDirectory(), ['backup', backup()])
    expect(again).toMatchObject({ status: 2, stderr: expect.stringContaining('is not empty') })
    const over = await liveface(dataDirectory(), ['restore', backup()])
    expect(over).toMatchObject({ status: 2, stderr: expect.stringContaining('There is liveface.db in') })
  })

  it('is restored under its own key only', async () => {
    const target = join(folder, 'without-key')
    const without = await liveface(target, ['restore', backup()])
    expect(without).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/The master key of this backup \(/),
    })
    const other = { LIVEFACE_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') }
    expect((await liveface(target, ['restore', backup()], other)).stderr).toMatch(/Nothing else opens/)
    const own = { LIVEFACE_MASTER_KEY: readFileSync(join(dataDirectory(), 'master.key'), 'utf8').trim() }
    expect(await liveface(target, ['restore', backup()], own)).toMatchObject({ status: 0 })
  })

  it.each<[string, (copy: string) => void, RegExp]>([
    ['a byte changed', (copy) => flip(join(copy, 'liveface.db')), /liveface\.db was changed/],
    ['a picture lost', (copy) => rmSync(firstPicture(copy)), /is damaged: evidence\/.* is missing/],
    ['its list cut off', (copy) => rmSync(join(copy, 'SHA256SUMS')), /no complete backup/],
    [
      'a path out of its folder',
      (copy) => writeFileSync(join(copy, 'SHA256SUMS'), `${'0'.repeat(64)}  evidence/../../x\n`),
      /a line that no backup has/,
    ],
  ])('with %s is refused, and nothing is restored', async (name, damage, reason) => {
    const copy = damagedCopy(name)
    damage(copy)
    const target = empty(`of ${name}`)
    expect(await liveface(target, ['restore', copy])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(reason),
    })
    expect(readdirSync(target)).toEqual(['master.key'])
  })
})

const postgres = (await testDatabases()).find(({ name }) => name === 'PostgreSQL')
if (!postgres) throw new Error('PostgreSQL is one of the databases that tests run on.')
describe.skipIf(postgres.unavailable)('a backup on PostgreSQL', () => {
  it('holds the pictures, and is restored beside the dump', async () => {
    const location = await postgres.location()
    if (!('url' in location)) throw new Error('PostgreSQL has a URL.')
    const database = { LIVEFACE_DATABASE_URL: location.url }
    const dataDirectory = join(folder, 'postgres')
    const server = await startTestServer({ engine: stubEngine(), dataDirectory, settings: database })
    const { headers } = await server.client('didit', { environment: 'production' })
    const id = await keepOne(server, headers, mark)
    const shown = await pictures(server, headers, id)
    await server.stop()
    const copy = join(folder, 'backup-postgres')
    expect((await liveface(dataDirectory, ['backup', copy], database)).stdout).toMatch(
      /^Copied no rows \(dump PostgreSQL itself\), but [1-9]/,
    )
    const target = join(folder, 'postgres-restored')
    mkdirSync(target)
    copyFileSync(join(dataDirectory, 'master.key'), join(target, 'master.key'))
    const alone = await liveface(target, ['restore', copy])
    expect(alone.stderr).toMatch(/restore its dump, and set LIVEFACE_DATABASE_URL/)
    expect(await liveface(target, ['restore', copy], database)).toMatchObject({ status: 0 })
    const restored = await startTestServer({
      engine: stubEngine(),
      dataDirectory: target,
      settings: database,
    })
    try {
      expect(await pictures(restored, headers, id)).toEqual(shown)
    } finally {
      await restored.stop()
    }
  })
})

function flip(file: string): void {
  const bytes = readFileSync(file)
  bytes[bytes.length >> 1]! ^= 1
  writeFileSync(file, bytes)
}

function firstPicture(copy: string): string {
  const [prefix] = readdirSync(join(copy, 'evidence'))
  const [id] = readdirSync(join(copy, 'evidence', prefix as string))
  return join(copy, 'evidence', prefix as string, id as string)
}
