import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { makePlaygroundFolder, removeLeftFolders } from './playground-folder.ts'

let scratch: string
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'liveface-folders-'))
  vi.stubEnv('TMPDIR', scratch)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(scratch, { recursive: true, force: true })
})

it('removes what killed processes left, and nothing of those that run', () => {
  const { pid } = spawnSync(process.execPath, ['--version'])
  const left = join(scratch, `liveface-playground-${pid}-abc123`)
  mkdirSync(join(left, 'evidence'), { recursive: true })
  writeFileSync(join(left, 'evidence', 'picture'), 'x')
  const others = join(scratch, `other-playground-${pid}-abc123`)
  mkdirSync(others)
  const own = makePlaygroundFolder()
  removeLeftFolders()
  expect(existsSync(left)).toBe(false)
  expect(existsSync(own)).toBe(true)
  expect(existsSync(others)).toBe(true)
})
