/**
 * `npm test`: installs what is missing, then lint, types and every test but the long ones. `npm run test:all`: these too.
 * `npm test -- PATH...`: only the tests of these files; other arguments are vitest's. `--again`: files in which tests failed
 * run once more, alone, and are named where they pass then. `npm run test:watch`: the tests of what changes, until stopped.
 *
 * The last line is `N passed, N failed, N skipped`. With REQUIRE_ALL=1 a skipped test is a failure, but for those that
 * need the photographs that are not published where LIVEFACE_SHARED=none says that there are none; nothing is left out then.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { longTests } from './long-tests.mjs'
import { runFailedAgain, runTests } from './results.mjs'
import { build, compileModels, install, root } from './setup.mjs'

const given = process.argv.slice(2)
const isWatching = given.includes('--watch')
const own = ['--tests-only', '--again', '--watch', '--all']
const paths = given.filter((argument) => !own.includes(argument))

install()
build()
compileModels()

if (isWatching) {
  const args = ['node_modules/vitest/vitest.mjs', 'watch', ...paths]
  process.exit(spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1)
}

const checks = { passed: 0, failed: 0 }
function check(name, args) {
  process.stdout.write(`\n${name}\n`)
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  checks[status === 0 ? 'passed' : 'failed']++
}
if (paths.length === 0 && !given.includes('--tests-only')) {
  check('Lint', ['node_modules/@biomejs/biome/bin/biome', 'ci', '.'])
  check('Words', ['scripts/words.mjs'])
  check('Unused code', ['node_modules/knip/bin/knip.js'])
  check('Types', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'])
  check('Types of the pages', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'web'])
}

const isWhole = given.includes('--all') || paths.length > 0 || process.env.REQUIRE_ALL === '1'

process.stdout.write('\nTests\n')
const once = runTests(isWhole ? paths : ['--project=units', '--project=whole'])
const tests = given.includes('--again') ? runFailedAgain(once) : { ...once, unsteady: [] }
for (const file of tests.unsteady)
  process.stdout.write(`Unsteady: failed, and passed when run again: ${relative(root, file)}\n`)
const passed = checks.passed + tests.passed
let failed = checks.failed + tests.failed
for (const [file, count] of tests.skippedIn)
  process.stdout.write(`Skipped: ${count} of ${relative(root, file)}\n`)
if (!isWhole)
  process.stdout.write(`Left to npm run test:all: ${longTests.length} files, see scripts/long-tests.mjs\n`)
const needsPhotographs = (file) => readFileSync(file, 'utf8').includes("support/shared.ts'")
const unexcused = [...tests.skippedIn]
  .filter(([file]) => process.env.LIVEFACE_SHARED !== 'none' || !needsPhotographs(file))
  .reduce((sum, [, count]) => sum + count, 0)
if (unexcused > 0 && process.env.REQUIRE_ALL === '1') {
  process.stderr.write(`\n${unexcused} tests were skipped, and every one was required.\n`)
  failed++
}
process.stdout.write(`\n${passed} passed, ${failed} failed, ${tests.skipped} skipped\n`)
process.exit(failed === 0 ? 0 : 1)
