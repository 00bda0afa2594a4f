import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findKeySource, givenKey } from './key-source.ts'
import { addMasterKey, openMasterKey } from './master-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'liveface-key-source-'))
afterAll(() => rmSync(folder, { recursive: true }))

const encoded = Buffer.alloc(32, 7).toString('base64')

describe('a command that prints the master key', () => {
  it('gives the key that a setting would, and runs once', () => {
    const runs = join(folder, 'runs')
    const source = findKeySource({ masterKeyCommand: `echo run >> '${runs}'; echo ${encoded}` })
    expect(openMasterKey(folder, source).id).toBe(openMasterKey(folder, givenKey(encoded)).id)
    openMasterKey(folder, source)
    expect(readFileSync(runs, 'utf8')).toBe('run\n')
  })

  it('that fails is named by its setting and not by what it printed', () => {
    const printed = join(folder, 'printed')
    writeFileSync(printed, 'hunter2')
    const failure = (command: string) => {
      try {
        openMasterKey(folder, findKeySource({ masterKeyCommand: command }))
        return ''
      } catch (error) {
        return (error as Error).message
      }
    }
    expect(failure(`cat '${printed}'; exit 3`)).toBe(
      'LIVEFACE_MASTER_KEY_COMMAND failed: it ended with exit code 3.',
    )
    expect(failure('kill -9 $$')).toBe('LIVEFACE_MASTER_KEY_COMMAND failed: it ended with SIGKILL.')
    for (const command of [`cat '${printed}'`, 'true']) {
      expect(failure(command)).toBe('LIVEFACE_MASTER_KEY_COMMAND must hold 32 bytes in base64.')
    }
  })

  it('gets a message that says how to rotate', () => {
    const source = findKeySource({ masterKeyCommand: `echo ${encoded}` })
    expect(() => addMasterKey(folder, source)).toThrow(
      'The master key comes from LIVEFACE_MASTER_KEY_COMMAND',
    )
  })
})

it('no setting means the file in the data folder', () => {
  expect(findKeySource({})).toBeNull()
})
