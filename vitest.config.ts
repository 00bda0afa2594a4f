import { defineConfig } from 'vitest/config'

/** Native addons do not survive worker threads being torn down, so every test file gets its own process. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Long enough for a machine that does other things besides.
    expect: { poll: { timeout: 20_000 } },
  },
})
