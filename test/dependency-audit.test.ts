import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const directory = mkdtempSync(join(tmpdir(), 'liveface-audit-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Runs the script with an npm that answers `said`. */
function audit(said: string) {
  writeFileSync(join(directory, 'answer'), said)
  writeFileSync(join(directory, 'npm'), `#!/bin/sh\ncat "${join(directory, 'answer')}"\n`, { mode: 0o755 })
  const { status, stdout } = spawnSync(process.execPath, ['scripts/audit.mjs'], {
    env: { ...process.env, PATH: `${directory}${delimiter}${process.env.PATH}` },
    encoding: 'utf8',
  })
  return { status, stdout }
}

const report = (counts: object) =>
  JSON.stringify({
    vulnerabilities: { leftpad: { severity: 'high', range: '<2' } },
    metadata: { vulnerabilities: { low: 0, moderate: 0, high: 0, critical: 0, total: 0, ...counts } },
  })

describe.skipIf(process.platform === 'win32')('the dependency audit', () => {
  it('passes when nothing serious is known', () => {
    expect(audit(report({ moderate: 2, total: 2 })).status).toBe(0)
  })

  it.each(['high', 'critical'])('fails when something %s is known, and names it', (severity) => {
    const { status, stdout } = audit(report({ [severity]: 1, total: 1 }))
    expect(status).toBe(1)
    expect(stdout).toContain('leftpad <2')
  })

  it('says that it was skipped where the registry has no audits', () => {
    const { status, stdout } = audit('{"message": "405 Method Not Allowed", "statusCode": 405}')
    expect(status).toBe(0)
    expect(stdout).toContain('SKIPPED')
  })

  it.each(['', 'no JSON', '{"statusCode": 500}'])('fails on an answer that is none: %s', (said) => {
    expect(audit(said).status).toBe(1)
  })
})
