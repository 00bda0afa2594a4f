import { defineConfig } from 'vitest/config'
import { patience } from './test/support/patience.ts'

/** Native addons do not survive worker threads being torn down, so every test file gets its own process. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'],
    testTimeout: patience.test,
    hookTimeout: patience.hook,
    expect: { poll: { timeout: patience.poll } },
  },
})
