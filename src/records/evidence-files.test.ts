import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createEvidenceFiles, type EvidenceFiles } from './evidence-files.ts'

const id = 'abcdef01-0000-4000-8000-000000000001'
let directory: string
let files: EvidenceFiles

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'liveface-files-')), 'evidence')
  files = createEvidenceFiles(directory)
})
afterEach(() => rmSync(join(directory, '..'), { recursive: true }))

it('makes the folders it needs, for this user alone, and leaves nothing beside the file', async () => {
  await Promise.all([1, 2, 3].map((last) => files.write(id.slice(0, -1) + last, Buffer.from([last]))))
  expect(readdirSync(join(directory, 'ab')).sort()).toEqual([1, 2, 3].map((last) => id.slice(0, -1) + last))
  expect(statSync(join(directory, 'ab')).mode & 0o777).toBe(0o700)
  expect(await files.read(id)).toEqual(Buffer.from([1]))
})

it('leaves no file behind that could not be written whole', async () => {
  await expect(files.write(id, {} as Uint8Array)).rejects.toThrow()
  expect(existsSync(join(directory, 'ab', id))).toBe(false)
  expect(await files.read(id)).toBeNull()
})

it('does not touch a file that is there', async () => {
  await files.write(id, Buffer.from('first'))
  await expect(files.write(id, Buffer.from('second'))).rejects.toThrow('EEXIST')
  expect(readFileSync(join(directory, 'ab', id), 'utf8')).toBe('first')
})
