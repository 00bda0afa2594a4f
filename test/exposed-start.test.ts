/** What a person reads who starts a server for the whole network outside production mode. Real processes, engine and nets. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { program } from './support/program.ts'

const folder = mkdtempSync(join(tmpdir(), 'liveface-exposed-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const env = {
  ...{ PATH: process.env.PATH, HOME: process.env.HOME },
  ...{ HOST: '0.0.0.0', PORT: '0', LIVEFACE_DATA_DIR: folder, LIVEFACE_WORKERS: '1' },
  LIVEFACE_SUPERVISE: 'false',
}
const warning = 'HOST=0.0.0.0 lets other machines reach a server that is not in production mode'

it('liveface serve warns, loudly', async () => {
  const server = spawn(process.execPath, [...program, 'serve'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let output = ''
  server.stderr.on('data', (chunk: Buffer) => {
    output += chunk
  })
  try {
    await expect.poll(() => output).toContain(`WARNING: ${warning}`)
  } finally {
    server.kill()
    await once(server, 'exit')
  }
})

it('liveface doctor says what is wrong', () => {
  const { status, stdout } = spawnSync(process.execPath, [...program, 'doctor'], { env, encoding: 'utf8' })
  expect(status).toBe(2)
  expect(stdout).toMatch(new RegExp(`^WRONG +listening address +${warning}`, 'm'))
})
