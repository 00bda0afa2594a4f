import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { startPostgres } from './postgres.ts'

const directory = mkdtempSync(join(tmpdir(), 'liveface-installed-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

it('says why it cannot run from a folder that is closed to its user, instead of waiting for it', async () => {
  // As in a checkout under /root, or under `mktemp -d`.
  const folder = join(directory, 'node_modules')
  mkdirSync(folder)
  const installed = join(folder, 'index.js')
  writeFileSync(installed, '')
  chmodSync(installed, 0o644)
  chmodSync(folder, 0o755)
  chmodSync(directory, 0o700)
  const postgres = await startPostgres({ installed })
  if ('stop' in postgres) await postgres.stop()
  const isRoot = process.getuid?.() === 0
  const isRefused = 'unavailable' in postgres && postgres.unavailable.includes(installed)
  // Others than root run it as themselves.
  expect(isRefused).toBe(isRoot)
})
