import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
