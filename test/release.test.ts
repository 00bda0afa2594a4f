/** What stands between a version and its release; real npm in a small package of its own, with the real scripts. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'liveface-release-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))

beforeEach(() => {
  cpSync('scripts', join(folder, 'scripts'), { recursive: true })
  const { preversion } = scripts
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'small', version: '0.1.0', scripts: { preversion } }),
  )
})

/** `npm version 0.2.0` over a changelog. @returns what the version is afterwards, and what was said */
function release(changelog: string) {
  writeFileSync(join(folder, 'CHANGELOG.md'), changelog)
  const { stderr } = spawnSync('npm', ['version', '0.2.0', '--no-git-tag-version'], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return { version, stderr }
}

describe('npm version', () => {
  it.each([
    [
      'whose newest section is not named yet',
      '# Changelog\n\n## Unreleased\n\n- New.\n\n## 0.1.0\n\n- Old.\n',
    ],
    ['without a section of the version', '# Changelog\n\n## 0.1.0\n\n- Old.\n'],
    ['whose section is empty', '# Changelog\n\n## 0.2.0 (2026-01-31)\n\n## 0.1.0\n\n- Old.\n'],
    ['that is empty', ''],
  ])('refuses a changelog %s', (_name, changelog) => {
    const { version, stderr } = release(changelog)
    expect(version).toBe('0.1.0')
    expect(stderr).toContain('CHANGELOG.md')
  })

  it('takes one that is written', () => {
    const { version } = release('# Changelog\n\n## 0.2.0 (2026-01-31)\n\n- New.\n\n## 0.1.0\n\n- Old.\n')
    expect(version).toBe('0.2.0')
  })
})

it('a package is built before it is packed', () => {
  expect(scripts.prepack).toBe(scripts.build)
})
