import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { patience } from './test/support/patience.ts'

/** Words of a test that changes its process, or starts something in it: servers, databases, children, engines. */
const changesItsProcess =
  /child_process|worker_threads|process\.(env|on|once|kill|exit|exitCode|chdir|umask)\b|\bvi\.|createEngine|createServer|open(Database|Services)|support\/(?!(patience|pictures|pattern|drawn-face|redraw|shared)\.ts)/

/** Tests beside their files that only call functions. What they import is loaded once for all of them. */
const units = ['src', 'web']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
  .filter((file) => !changesItsProcess.test(readFileSync(file, 'utf8')))

/** Native addons do not survive worker threads being torn down, so tests run in processes. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: patience.test,
    hookTimeout: patience.hook,
    expect: { poll: { timeout: patience.poll } },
    projects: [
      { extends: true, test: { name: 'units', include: units, isolate: false } },
      {
        extends: true,
        test: {
          name: 'whole',
          globalSetup: 'test/support/postgres-of-run.ts',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...units],
        },
      },
    ],
  },
})
