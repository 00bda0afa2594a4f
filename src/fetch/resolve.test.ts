import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NameServer, startNameServer } from '../../test/support/name-server.ts'
import { addressesInHostsFile, createResolveHost } from './resolve.ts'

describe('addressesInHostsFile', () => {
  const file = [
    '127.0.0.1\tlocalhost',
    '::1 localhost ip6-localhost # a comment',
    '#10.0.0.9 off',
    'nonsense a',
    '10.0.0.1  Two One',
  ].join('\n')

  it.each([
    ['localhost', ['127.0.0.1', '::1']],
    ['ip6-localhost', ['::1']],
    ['one', ['10.0.0.1']],
    ['ONE', ['10.0.0.1']],
    ['off', []],
    ['a', []],
    ['comment', []],
    ['10.0.0.1', []],
  ])('%s', (name, addresses) => {
    expect(addressesInHostsFile(file, name)).toEqual(addresses)
  })
})

describe('createResolveHost', () => {
  const zone: Record<string, string[]> = {
    'both.test': ['192.0.2.1', '192.0.2.2', '2001:db8::1'],
    'six.test': ['2001:db8::2'],
    'listed.test': ['192.0.2.3'],
  }
  let names: NameServer
  let folder: string
  let resolve: ReturnType<typeof createResolveHost>

  beforeAll(async () => {
    names = await startNameServer(({ name }) => (name === 'silent.test' ? null : (zone[name] ?? [])))
    folder = mkdtempSync(join(tmpdir(), 'liveface-hosts-'))
    const hostsFile = join(folder, 'hosts')
    writeFileSync(hostsFile, '192.0.2.9 listed.test\n')
    resolve = createResolveHost({ servers: [names.address], hostsFile, timeoutMs: 10_000 })
  })
  afterAll(async () => {
    await names.close()
    rmSync(folder, { recursive: true })
  })

  it('finds every address of both families', async () => {
    expect(await resolve('both.test')).toEqual(['192.0.2.1', '192.0.2.2', '2001:db8::1'])
    expect(await resolve('six.test')).toEqual(['2001:db8::2'])
  })

  it('believes the hosts file first, and does without one', async () => {
    expect(await resolve('listed.test')).toEqual(['192.0.2.9'])
    const without = createResolveHost({ servers: [names.address], hostsFile: join(folder, 'none') })
    expect(await without('listed.test')).toEqual(['192.0.2.3'])
  })

  it('fails for a name without an address and for a server that never answers', async () => {
    await expect(resolve('unknown.test')).rejects.toThrow()
    const hasty = createResolveHost({ servers: [names.address], timeoutMs: 100 })
    await expect(hasty('silent.test')).rejects.toThrow()
  })
})
