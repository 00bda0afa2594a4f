import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'

const scratch = mkdtempSync(join(tmpdir(), 'liveface-silence-'))
afterEach(() => rmSync(scratch, { recursive: true, force: true }))

it('the runtime keeps no device id, no log and no session of its reports', () => {
  const [home, temporary] = [join(scratch, 'home'), join(scratch, 'tmp')]
  mkdirSync(home)
  mkdirSync(temporary)
  const { ORT_DISABLE_TELEMETRY: _given, ...environment } = process.env
  const engine = new URL('../index.ts', import.meta.url).href
  const script = `import { createEngine } from ${JSON.stringify(engine)}
    const engine = await createEngine({ workers: 1 })
    await engine.close()`
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', script],
    {
      env: { ...environment, HOME: home, XDG_CACHE_HOME: join(home, '.cache'), TMPDIR: temporary },
      encoding: 'utf8',
    },
  )
  expect(stderr).toBe('')
  expect(status).toBe(0)
  // tsx keeps what it translated.
  expect(readdirSync(temporary).filter((name) => !name.startsWith('tsx-'))).toEqual([])
  expect(readdirSync(home)).toEqual([])
})
