/** No path, however it is written, reads a file that is not meant to be served. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEvidenceFiles } from '../src/records/evidence-files.ts'
import { sendRaw } from './support/raw-socket.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ engine: stubEngine(), settings: { LIVEFACE_EVIDENCE: 'true' } })
})
afterAll(() => server.stop())

const get = (path: string) =>
  sendRaw(Number(new URL(server.url).port), `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)

const ups = [
  '..',
  '%2e%2e',
  '%2e.',
  '..%2f..',
  '..\\..',
  '..%5c..',
  '%252e%252e',
  '....//',
  '.%00.',
  '..;',
  '%c0%ae%c0%ae',
]
const targets = ['package.json', 'etc/passwd', 'data/master.key', 'master.key', 'liveface.db']

describe('a path with steps up', () => {
  it.each([
    '/assets/',
    '/vision/',
    '/capture/texts/',
    '/docs/static/',
    '/docs/',
    '/evidence/',
    '/capture/',
    '/openapi/',
    '/',
  ])('under %s reads nothing', async (prefix) => {
    for (const up of ups) {
      for (const depth of [1, 3, 8]) {
        for (const target of targets) {
          const path = prefix + `${up}/`.repeat(depth) + target
          const { status, text } = await get(path)
          expect(text, path).not.toMatch(/"dependencies"|root:x:0|SQLite format 3/)
          // The pages that are served at any token hold nothing of it.
          if (status === 200) expect(text, path).toMatch(/content-type: text\/html/i)
          else expect([301, 302, 308, 400, 403, 404, 503], `${path}: ${status}`).toContain(status)
        }
      }
    }
  })

  it('is no id of a picture', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'liveface-paths-'))
    const files = createEvidenceFiles(directory)
    for (const id of [
      '../master.key',
      '..',
      '.',
      '',
      '/etc/passwd',
      'a/../../b',
      '00000000-0000-4000-8000-00000000000/',
    ]) {
      await expect(files.read(id), id).rejects.toThrow(RangeError)
      await expect(files.write(id, Buffer.alloc(1)), id).rejects.toThrow(RangeError)
      await expect(files.remove(id), id).rejects.toThrow(RangeError)
    }
    rmSync(directory, { recursive: true })
  })
})
