import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareModel } from './compile.ts'
import { type ModelSessions, openSessions } from './sessions.ts'

const ITEM = 3 * 112 * 112
let sessions: ModelSessions

beforeAll(async () => {
  sessions = await openSessions(['expression'])
})
afterAll(() => sessions.close())

/** A picture that differs for each seed. */
function picture(seed: number): Float32Array {
  return Float32Array.from({ length: ITEM }, (_, index) => (index * (seed + 3)) % 256)
}

describe('run', () => {
  it('answers a batch as it answers each item alone', async () => {
    const both = new Float32Array(2 * ITEM)
    both.set(picture(1), 0)
    both.set(picture(2), ITEM)
    const { expressions } = await sessions.run('expression', both)
    expect(expressions).toHaveLength(2 * 7)
    for (const [index, seed] of [1, 2].entries()) {
      const alone = (await sessions.run('expression', picture(seed))).expressions
      const together = expressions.subarray(index * 7, (index + 1) * 7)
      for (let i = 0; i < 7; i++) expect(together[i]).toBeCloseTo(alone[i] as number, 3)
    }
  })

  it('takes a record by input name', async () => {
    const input = picture(5)
    const named = await sessions.run('expression', { input })
    expect(named.expressions).toEqual((await sessions.run('expression', input)).expressions)
    expect(new Set(named.expressions).size).toBe(7)
  })

  it('keeps nothing between calls', async () => {
    const first = (await sessions.run('expression', picture(1))).expressions.slice()
    await sessions.run('expression', picture(2))
    expect((await sessions.run('expression', picture(1))).expressions).toEqual(first)
  })

  it.each([0, 1, ITEM - 1, ITEM + 1])('refuses %i values', async (length) => {
    await expect(sessions.run('expression', new Float32Array(length))).rejects.toThrow(RangeError)
  })

  it('refuses a net that was not opened', async () => {
    await expect(sessions.run('blazeface', new Float32Array(3 * 256 * 256))).rejects.toThrow(/blazeface/)
  })

  it('refuses every net once closed', async () => {
    const closing = await openSessions(['expression'])
    await closing.close()
    await expect(closing.run('expression', picture(1))).rejects.toThrow(RangeError)
  })
})

describe('an override', () => {
  it('runs the file it names, when its checksum is right', async () => {
    const { path } = await prepareModel('expression')
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
    const own = await openSessions(['expression'], { overrides: { expression: { path, sha256 } } })
    const { expressions } = await own.run('expression', picture(1))
    expect(expressions).toEqual((await sessions.run('expression', picture(1))).expressions)
    await own.close()
  })

  it('is refused when its checksum is wrong or the file is missing', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'liveface-override-'))
    const path = join(directory, 'mine.onnx')
    const sha256 = '0'.repeat(64)
    const opened = () => openSessions(['expression'], { overrides: { expression: { path, sha256 } } })
    await expect(opened()).rejects.toMatchObject({
      code: 'model_missing',
      message: expect.stringContaining(path),
    })
    await writeFile(path, 'not a net')
    await expect(opened()).rejects.toMatchObject({
      code: 'model_damaged',
      message: expect.stringContaining(path),
    })
    await rm(directory, { recursive: true })
  })
})
