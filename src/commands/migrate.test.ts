/** The command and the database are real; the environment of this process is put in its place for the time of a test. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { runCommand } from '../../test/support/run-command.ts'
import { readConfig } from '../config/index.ts'
import { openInstallation } from '../installation/index.ts'
import { migrateCommand } from './migrate.ts'

const folder = mkdtempSync(join(tmpdir(), 'liveface-migrate-'))
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

it('makes what a server that never migrates needs, and says so', async () => {
  const settings = { LIVEFACE_DATA_DIR: folder, LIVEFACE_MIGRATE: 'false' }
  const config = readConfig(settings)
  await expect(openInstallation(config)).rejects.toThrow(
    /lacks 0001-clients-and-checks, .*`liveface migrate`/,
  )
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
  const { stdout, error } = await runCommand([migrateCommand()], ['migrate'])
  expect(error).toBeNull()
  expect(stdout).toMatch(/^The database has every migration up to \d{4}-[\w-]+\.\n$/)
  await (await openInstallation(config)).database.destroy()
})
