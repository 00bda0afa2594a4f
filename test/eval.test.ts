/** `liveface eval` with the real engine on photographs that are not captures of attacks: no claim is made about rates. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { evalCommand } from '../src/commands/eval.ts'
import { portrait, samplePhotograph } from './support/pictures.ts'
import { runCommand } from './support/run-command.ts'

let folder: string
beforeAll(async () => {
  vi.stubEnv('LIVEFACE_WORKERS', '1')
  folder = mkdtempSync(join(tmpdir(), 'liveface-eval-'))
  const [a, b] = [await portrait('personA'), await portrait('personB')]
  put('captures/live/ann/1.jpg', a)
  put('captures/live/bob/1.jpg', b)
  put('captures/live/bob/blank.jpg', 'no picture')
  put('captures/attack/print/1.jpg', a)
  put('captures/attack/<b>/1.jpg', b)
  put('people/ann/1.jpg', a)
  put('people/ann/2.jpg', samplePhotograph(3))
  put('people/bob/1.jpg', b)
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

function put(path: string, content: Buffer | string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), content)
}

const evaluate = (...args: string[]) => runCommand([evalCommand()], ['eval', ...args])

describe('liveface eval pad', () => {
  it('reports each instrument, as text, as JSON, and as a page with its plot', async () => {
    const to = join(folder, 'report')
    const { stdout, error } = await evaluate('pad', join(folder, 'captures'), '--threshold', '0', '--to', to)
    expect(error).toBeNull()
    expect(stdout).toMatch(/print: APCER +1 +100\.0 %/)
    expect(stdout).toMatch(/live: BPCER +3 +0\.0 %/)
    const report = JSON.parse(readFileSync(join(to, 'report.json'), 'utf8'))
    expect(report).toMatchObject({ kind: 'pad', threshold: 0, captures: 5 })
    expect(report.judged.find(({ path }: { path: string }) => path.includes('blank'))).toMatchObject({
      score: null,
      reason: 'unreadable',
    })
    const page = readFileSync(join(to, 'report.html'), 'utf8')
    expect(page).toContain('&lt;b&gt;: APCER')
    expect(page).toContain(readFileSync(join(to, 'det.svg'), 'utf8').trim())
  })

  it('says what it expected of a folder without labels', async () => {
    const { status, stderr } = await evaluate('pad', join(folder, 'people'))
    expect(status).toBe(2)
    expect(stderr).toContain('expected live/, attack/KIND/ or labels.csv')
  })
})

describe('liveface eval match', () => {
  it('compares every two pictures as a verdict does', async () => {
    const { stdout, error } = await evaluate('match', join(folder, 'people'), '--json')
    expect(error).toBeNull()
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ kind: 'match', threshold: 0.75, genuinePairs: 1, impostorPairs: 2 })
    expect(report.atThreshold).toMatchObject({ fmr: 0, fnmr: 0 })
  })

  it('refuses pictures in no person’s folder, and a threshold that is none', async () => {
    put('astray/1.jpg', 'x')
    expect((await evaluate('match', join(folder, 'astray'))).stderr).toContain('in no folder of a person')
    expect((await evaluate('match', join(folder, 'people'), '--threshold', '2')).stderr).toContain('0 and 1')
  })
})
