import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isCurrent, open, SealError, seal } from './envelope.ts'
import { givenKey } from './key-source.ts'
import { addMasterKey, MasterKeyError, openMasterKey } from './master-key.ts'

const directory = mkdtempSync(join(tmpdir(), 'liveface-keys-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const place = (name: string) => join(directory, name)

describe('seal', () => {
  it('opens again only for the same context and purpose', () => {
    const key = openMasterKey(place('a'))
    const sealed = seal(key, 'webhooks', 'client/row', Buffer.from('secret'))
    expect(open(key, 'webhooks', 'client/row', sealed).toString()).toBe('secret')
    expect(() => open(key, 'webhooks', 'other/row', sealed)).toThrow(SealError)
    expect(() => open(key, 'evidence', 'client/row', sealed)).toThrow(SealError)
  })

  it('refuses bytes of which any one was changed', () => {
    const key = openMasterKey(place('a'))
    const [id, body] = seal(key, 'webhooks', 'c', Buffer.from('secret')).split('.') as [string, string]
    const bytes = Buffer.from(body, 'base64')
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes)
      changed[i] = (changed[i] as number) ^ 1
      expect(() => open(key, 'webhooks', 'c', `${id}.${changed.toString('base64')}`)).toThrow(SealError)
    }
    expect(() => open(key, 'webhooks', 'c', `${id}.AAAA`)).toThrow(SealError)
    expect(() => open(key, 'webhooks', 'c', 'AAAA')).toThrow(SealError)
  })

  it('never gives the same text twice', () => {
    const key = openMasterKey(place('a'))
    const texts = Array.from({ length: 50 }, () => seal(key, 'webhooks', 'c', Buffer.from('secret')))
    expect(new Set(texts).size).toBe(50)
  })
})

describe('master key', () => {
  it('opens what was sealed before a rotation, also in a process that started before it', () => {
    const before = openMasterKey(place('b'))
    const old = seal(before, 'evidence', 'c', Buffer.from('old'))
    const after = addMasterKey(place('b'))
    expect(after.id).not.toBe(before.id)
    expect(isCurrent(after, old)).toBe(false)
    expect(open(after, 'evidence', 'c', old).toString()).toBe('old')
    const fresh = seal(after, 'evidence', 'c', Buffer.from('fresh'))
    expect(isCurrent(after, fresh)).toBe(true)
    expect(open(before, 'evidence', 'c', fresh).toString()).toBe('fresh')
    expect(after.digests('x')).toContain(before.digest('x'))
    expect(after.digest('x')).toBe(after.digests('x')[0])
  })

  it('is a file that only its owner can read, with one line for each key', () => {
    expect(statSync(join(place('b'), 'master.key')).mode & 0o777).toBe(0o600)
    expect(
      readFileSync(join(place('b'), 'master.key'), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(2)
  })

  it('comes from the environment as one key or several, the current one first', () => {
    const one = Buffer.alloc(32, 1).toString('base64')
    const two = Buffer.alloc(32, 2).toString('base64')
    const alone = openMasterKey(directory, givenKey(one))
    const both = openMasterKey(directory, givenKey(`${two},${one}`))
    expect(both.id).not.toBe(alone.id)
    expect(open(both, 'links', 'c', seal(alone, 'links', 'c', Buffer.from('x'))).toString()).toBe('x')
    expect(() => open(alone, 'links', 'c', seal(both, 'links', 'c', Buffer.from('x')))).toThrow(
      MasterKeyError,
    )
    expect(() => addMasterKey(directory, givenKey(one))).toThrow(MasterKeyError)
  })

  it('refuses a key of another length', () => {
    expect(() => openMasterKey(directory, givenKey('c2hvcnQ='))).toThrow(MasterKeyError)
    expect(() => openMasterKey(directory, givenKey(' , '))).toThrow(MasterKeyError)
  })
})
