import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
// @ts-expect-error the scripts are JavaScript without declarations
import { longTests } from './scripts/long-tests.mjs'
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
const shared = {
  pool: 'forks',
  testTimeout: patience.test,
  hookTimeout: patience.hook,
  expect: { poll: { timeout: patience.poll } },
} as const

export default defineConfig({
  test: {
    maxWorkers: 2,
    // Once for all projects, which inherit nothing else from here.
    globalSetup: 'test/support/postgres-of-run.ts',
    projects: [
      { test: { ...shared, name: 'units', include: units, isolate: false } },
      {
        test: {
          ...shared,
          name: 'whole',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...units, ...longTests],
        },
      },
      { test: { ...shared, name: 'long', include: longTests } },
    ],
  },
})
