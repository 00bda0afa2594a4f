import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareModel } from './compile.ts'
import { type ModelSessions, openSessions } from './sessions.ts'

const ITEM = 3 * 64 * 64
let sessions: ModelSessions

beforeAll(async () => {
  sessions = await openSessions(['emotion', 'iris'])
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
    const { points } = await sessions.run('iris', both)
    expect(points).toHaveLength(2 * 76 * 3)
    for (const [index, seed] of [1, 2].entries()) {
      const alone = (await sessions.run('iris', picture(seed))).points
      const together = points.subarray(index * 228, (index + 1) * 228)
      for (let i = 0; i < 228; i++) expect(together[i]).toBeCloseTo(alone[i] as number, 3)
    }
  })

  it('takes a record by input name', async () => {
    const input = picture(5)
    const named = await sessions.run('emotion', { input })
    expect(named.emotions).toEqual((await sessions.run('emotion', input)).emotions)
    expect(named.emotions.reduce((sum, value) => sum + value)).toBeCloseTo(1, 5)
  })

  it('keeps nothing between calls', async () => {
    const first = (await sessions.run('emotion', picture(1))).emotions.slice()
    await sessions.run('emotion', picture(2))
    expect((await sessions.run('emotion', picture(1))).emotions).toEqual(first)
  })

  it.each([0, 1, ITEM - 1, ITEM + 1])('refuses %i values', async (length) => {
    await expect(sessions.run('emotion', new Float32Array(length))).rejects.toThrow(RangeError)
  })

  it('refuses a net that was not opened', async () => {
    await expect(sessions.run('blazeface', new Float32Array(3 * 256 * 256))).rejects.toThrow(/blazeface/)
  })

  it('refuses every net once closed', async () => {
    const closing = await openSessions(['emotion'])
    await closing.close()
    await expect(closing.run('emotion', picture(1))).rejects.toThrow(RangeError)
  })
})

describe('an override', () => {
  it('runs the file it names, when its checksum is right', async () => {
    const { path } = await prepareModel('emotion')
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
    const own = await openSessions(['emotion'], { overrides: { emotion: { path, sha256 } } })
    const { emotions } = await own.run('emotion', picture(1))
    expect(emotions).toEqual((await sessions.run('emotion', picture(1))).emotions)
    await own.close()
  })

  it('is refused when its checksum is wrong or the file is missing', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'liveface-override-'))
    const path = join(directory, 'mine.onnx')
    const sha256 = '0'.repeat(64)
    const opened = () => openSessions(['emotion'], { overrides: { emotion: { path, sha256 } } })
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
