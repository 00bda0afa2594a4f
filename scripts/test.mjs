/**
 * `npm test`: installs what is missing, then lint, types and every test.
 * The last line is `N passed, N failed, N skipped`. With REQUIRE_ALL=1 a skipped test is a failure.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installBrowser } from './browser.mjs'
import { build, compileModels, install, root } from './setup.mjs'

install()
build()
compileModels()
installBrowser()

const counts = { passed: 0, failed: 0, skipped: 0 }

function check(name, args) {
  process.stdout.write(`\n${name}\n`)
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  counts[status === 0 ? 'passed' : 'failed']++
}

if (!process.argv.includes('--tests-only')) {
  check('Lint', ['node_modules/@biomejs/biome/bin/biome', 'ci', '.'])
  check('Types', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'])
  check('Types of the pages', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'web'])
}

const scratch = mkdtempSync(join(tmpdir(), 'liveface-results-'))
const report = join(scratch, 'results.json')
process.stdout.write('\nTests\n')
spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ],
  { cwd: root, stdio: 'inherit' },
)
try {
  const results = JSON.parse(readFileSync(report, 'utf8'))
  counts.passed += results.numPassedTests
  counts.failed += results.numFailedTests
  counts.skipped += results.numPendingTests + results.numTodoTests
  // A file that can't even be loaded holds no test that could fail.
  counts.failed += results.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
} catch {
  process.stderr.write('The test runner wrote no results.\n')
  counts.failed++
}
rmSync(scratch, { recursive: true, force: true })

if (counts.skipped > 0 && process.env.REQUIRE_ALL === '1') {
  process.stderr.write(`\n${counts.skipped} tests were skipped, and every one was required.\n`)
  counts.failed++
}
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
process.exit(counts.failed === 0 ? 0 : 1)
