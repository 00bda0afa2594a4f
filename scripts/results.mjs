/** Runs vitest and counts what it found, the failures that belong to no test included. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './setup.mjs'

/**
 * @param args arguments of `vitest run`, such as paths
 * @returns `{ passed, failed, skipped, skippedIn, failedIn }`; skippedIn and failedIn: file to number of tests
 */
export function runTests(args = [], { cwd = root, stdio = 'inherit' } = {}) {
  const scratch = mkdtempSync(join(tmpdir(), 'liveface-results-'))
  const file = join(scratch, 'results.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...args], { cwd, stdio })
  let report = null
  try {
    report = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    process.stderr.write('The test runner wrote no results.\n')
  }
  rmSync(scratch, { recursive: true, force: true })
  return countResults(report, status)
}

/**
 * @param report what vitest's JSON reporter wrote; null: nothing
 * @param status vitest's exit status; null when it was killed
 */
export function countResults(report, status) {
  const counts = { passed: 0, failed: 0, skipped: 0, skippedIn: new Map(), failedIn: new Map() }
  for (const { name, status: state, assertionResults } of report?.testResults ?? []) {
    const count = (...states) => assertionResults.filter((test) => states.includes(test.status)).length
    const [failed, skipped] = [count('failed'), count('pending', 'skipped', 'todo')]
    counts.passed += count('passed')
    counts.skipped += skipped
    if (skipped > 0) counts.skippedIn.set(name, skipped)
    // A file that cannot even be loaded holds no test that could fail.
    const failures = state === 'failed' && failed === 0 ? 1 : failed
    counts.failed += failures
    if (failures > 0) counts.failedIn.set(name, failures)
  }
  // The report does not know of rejections that nobody handled, nor of a runner that was killed.
  if ((status !== 0 || !report) && counts.failed === 0) counts.failed = 1
  return counts
}

/**
 * Runs the files in which tests failed once more, with nothing else on the machine. What passes then is no failure of
 * the sum, and is named, because a test that fails now and then is a defect of the test or of the product.
 * @param first what `runTests` returned
 * @param run the runner of the second time
 * @returns the counts with the failures that remain, and `unsteady`: the files that passed the second time
 */
export function runFailedAgain(first, run = runTests) {
  // A failure that belongs to no file, such as a rejection nobody handled, stays.
  const inNoFile = first.failed - [...first.failedIn.values()].reduce((sum, count) => sum + count, 0)
  if (first.failedIn.size === 0 || inNoFile > 0) return { ...first, unsteady: [] }
  const files = [...first.failedIn.keys()]
  const second = run(files)
  const recovered = first.failed - second.failed
  const unsteady = files.filter((file) => !second.failedIn.has(file))
  return { ...first, passed: first.passed + recovered, failed: second.failed, unsteady }
}
