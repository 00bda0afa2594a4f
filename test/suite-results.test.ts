/** What `npm test` counts, by real runs of vitest on planted files: nothing may fail without a failure in the sum. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

interface Counts {
  passed: number
  failed: number
  skipped: number
  skippedIn: Map<string, number>
  failedIn: Map<string, number>
}

// @ts-expect-error the scripts are JavaScript without declarations
const { countResults, runFailedAgain, runTests } = await import('../scripts/results.mjs')
// @ts-expect-error the scripts are JavaScript without declarations
const { longTests } = await import('../scripts/long-tests.mjs')

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Runs one planted file, in a folder of its own so that this suite does not find it. */
function run(source: string): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'liveface-planted-'))
  folders.push(folder)
  writeFileSync(join(folder, 'planted.test.js'), source)
  return runTests(['--globals', '--root', folder], { cwd: folder, stdio: 'ignore' })
}

const passes = `it('passes', () => {})\n`

it.each([
  ['a test that passes', passes, { passed: 1, failed: 0, skipped: 0 }],
  [
    'a test that fails',
    `${passes}it('fails', () => { throw new Error() })`,
    { passed: 1, failed: 1, skipped: 0 },
  ],
  [
    'a test that is skipped',
    `${passes}it.skip('is skipped', () => {})`,
    { passed: 1, failed: 0, skipped: 1 },
  ],
  ['a test to be written', `${passes}it.todo('is to be written')`, { passed: 1, failed: 0, skipped: 1 }],
  ['a file that cannot be loaded', `throw new Error()`, { passed: 0, failed: 1, skipped: 0 }],
  [
    'a rejection that nobody handles',
    `it('passes', async () => { Promise.reject(new Error('planted')); await new Promise(setImmediate) })`,
    { passed: 1, failed: 1, skipped: 0 },
  ],
  [
    'an exception outside every test',
    `it('passes', async () => { setTimeout(() => { throw new Error('planted') }); await new Promise((r) => setTimeout(r, 50)) })`,
    { passed: 1, failed: 1, skipped: 0 },
  ],
])('%s', (_name, source, counts) => {
  expect(run(source)).toMatchObject(counts)
})

it('counts a rejection also where the run shares a PostgreSQL, whose package ends processes with 0', () => {
  const folder = mkdtempSync(join(tmpdir(), 'liveface-planted-'))
  folders.push(folder)
  const globalSetup = join(import.meta.dirname, 'support/postgres-of-run.ts')
  writeFileSync(
    join(folder, 'vitest.config.mjs'),
    `export default { test: { globalSetup: '${globalSetup}' } }`,
  )
  const source = `it('passes', async () => { Promise.reject(new Error('planted')); await new Promise(setImmediate) })`
  writeFileSync(join(folder, 'planted.test.js'), source)
  const counts = runTests(['--globals', '--root', folder], { cwd: folder, stdio: 'ignore' })
  expect(counts).toMatchObject({ passed: 1, failed: 1 })
})

it('names the files in which tests were skipped', () => {
  const { skippedIn } = run(`it.skip('a', () => {})\nit.skip('b', () => {})`)
  expect([...skippedIn]).toEqual([[expect.stringMatching(/planted\.test\.js$/), 2]])
})

it('runs the files in which tests failed once more, and names those that pass then', () => {
  const folder = mkdtempSync(join(tmpdir(), 'liveface-planted-'))
  folders.push(folder)
  const marker = JSON.stringify(join(folder, 'ran'))
  const once = `import { existsSync, writeFileSync } from 'node:fs'
it('fails the first time', () => { const ran = existsSync(${marker}); writeFileSync(${marker}, ''); expect(ran).toBe(true) })`
  writeFileSync(join(folder, 'unsteady.test.js'), once)
  writeFileSync(join(folder, 'broken.test.js'), `it('fails', () => { throw new Error() })`)
  writeFileSync(join(folder, 'sound.test.js'), passes)
  const runHere = (files: string[] = []): Counts =>
    runTests(['--globals', '--root', folder, ...files], { cwd: folder, stdio: 'ignore' })
  const first = runHere()
  expect(first).toMatchObject({ passed: 1, failed: 2 })
  const again = runFailedAgain(first, runHere)
  expect(again).toMatchObject({ passed: 2, failed: 1 })
  expect(again.unsteady).toEqual([join(folder, 'unsteady.test.js')])
})

it('does not run anything again for a failure that belongs to no file', () => {
  const first = countResults({ testResults: [] }, 1)
  const again = runFailedAgain(first, () => expect.unreachable())
  expect(again).toMatchObject({ failed: 1, unsteady: [] })
})

it('counts a failure when the runner wrote nothing or was killed', () => {
  expect(countResults(null, 0).failed).toBe(1)
  expect(countResults(null, 1).failed).toBe(1)
  expect(countResults({ testResults: [] }, null).failed).toBe(1)
})

it('leaves out only files that there are: one of another name would run unnoticed', () => {
  expect(longTests.filter((file: string) => !existsSync(join(import.meta.dirname, '..', file)))).toEqual([])
})
