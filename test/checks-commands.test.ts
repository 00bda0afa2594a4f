import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createClients } from '../src/access/clients.ts'
import { openMasterKey } from '../src/access/master-key.ts'
import { checksCommand } from '../src/commands/checks.ts'
import { type Database, openDatabase } from '../src/database/index.ts'
import { createAudit } from '../src/records/audit.ts'
import { createChecks } from '../src/records/checks.ts'
import { runCommand } from './support/run-command.ts'

let folder: string
let ann: string
let bob: string

async function withRecords<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase({ file: join(folder, 'liveface.db') })
  try {
    return await work(database)
  } finally {
    await database.destroy()
  }
}

/** Two checks of one id by one client, and one of the same id by another. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liveface-checks-'))
  for (const [name, value] of Object.entries({ DATA_DIR: folder, DATABASE_URL: '', MASTER_KEY: '' })) {
    vi.stubEnv(`LIVEFACE_${name}`, value)
  }
  await withRecords(async (database) => {
    const clients = createClients(database, openMasterKey(folder))
    const checks = createChecks(database)
    const make = async (dialect: string) =>
      (await clients.create({ dialect, environment: 'production', name: 'test' })).id
    ann = await make('cashfree')
    bob = await make('didit')
    for (const [clientId, dialect, operation] of [
      [ann, 'cashfree', 'face-liveness'],
      [ann, 'cashfree', 'face-match'],
      [bob, 'didit', 'passive-liveness'],
    ] as const) {
      const place = await checks.reserve({ clientId, dialect, operation, externalId: 'order-1' })
      if (typeof place === 'string') throw new Error(place)
      const result = { operation, account: 12345678901234567890n }
      await checks.complete(place, { status: 'SUCCESS', result })
    }
  })
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

async function checks(...args: string[]) {
  const outcome = await runCommand([checksCommand()], ['checks', ...args])
  return { ...outcome, lines: outcome.stdout.trim().split('\n') }
}

const operations = (lines: string[]) => lines.map((line) => JSON.parse(line).operation)

describe('liveface checks', () => {
  it('lists the newest first, of a client, an API or a time', async () => {
    expect(operations((await checks('list', '--json')).lines)).toEqual([
      'passive-liveness',
      'face-match',
      'face-liveness',
    ])
    expect(operations((await checks('list', '--json', '--client', ann, '--limit', '1')).lines)).toEqual([
      'face-match',
    ])
    expect(operations((await checks('list', '--json', '--dialect', 'didit')).lines)).toEqual([
      'passive-liveness',
    ])
    expect((await checks('list', '--json', '--until', '2020-01-01')).stdout).toBe('')
    expect((await checks('list')).lines[1]).toMatch(
      new RegExp(`${bob} +didit +passive-liveness +order-1 +SUCCESS`),
    )
  })

  it('shows the stored answers of an id that cannot be sent again, digit by digit', async () => {
    const { lines } = await checks('show', '--id', 'order-1', '--client', ann)
    expect(operations(lines)).toEqual(['face-liveness', 'face-match'])
    expect(lines[0]).toContain('"account":12345678901234567890')
    const { id } = JSON.parse(lines[0]!)
    expect((await checks('show', '--id', id)).lines).toEqual([lines[0]])
    expect((await checks('show', '--external-id', id)).status).toBe(1)
    expect((await checks('show')).stderr).toContain('--id or --external-id')
  })

  it('exports every check, oldest first, with a row of the audit log', async () => {
    const { lines } = await checks('export', '--client', ann, '--since', '2020-01-01')
    expect(operations(lines)).toEqual(['face-liveness', 'face-match'])
    const [row] = await withRecords((database) =>
      createAudit(database, openMasterKey(folder)).list({ limit: 1 }),
    )
    expect(row).toMatchObject({
      actor: 'operator',
      clientId: ann,
      action: 'checks.exported',
      details: { checks: 2 },
    })
  })

  it('erases what it was shown with --yes alone, and of the named client alone', async () => {
    expect((await checks('erase', '--id', 'order-1', '--client', ann)).stdout).toContain(
      'Nothing was erased yet',
    )
    expect((await checks('list', '--json')).lines).toHaveLength(3)
    expect((await checks('erase', '--id', 'order-1', '--client', ann, '--yes')).stdout).toContain('Erased.')
    expect(operations((await checks('list', '--json')).lines)).toEqual(['passive-liveness'])
    expect((await checks('erase', '--id', 'order-1', '--client', ann, '--yes')).status).toBe(1)
  })
})
