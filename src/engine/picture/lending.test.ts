import { describe, expect, it } from 'vitest'
import { lend } from './lending.ts'

describe('lend', () => {
  it('gives one buffer to one user at a time, and to the next when it is back', async () => {
    const pixels = { spare: [] as Float32Array[] }
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const seen: Float32Array[] = []
    const use = async (buffer: Float32Array) => {
      seen.push(buffer)
      await held
    }
    const both = [lend(pixels, 8, use), lend(pixels, 8, use)]
    expect(new Set(seen).size).toBe(2)
    release()
    await Promise.all(both)
    await lend(pixels, 8, use)
    expect(seen.slice(0, 2)).toContain(seen[2])
    expect(pixels.spare).toHaveLength(2)
  })

  it('takes a buffer back also when the work fails', async () => {
    const pixels = { spare: [] as Float32Array[] }
    await expect(lend(pixels, 8, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(pixels.spare).toHaveLength(1)
  })

  it('looks for the length asked for, keeps no buffer longer than the longest input, and needs no list', async () => {
    const pixels = { spare: [new Float32Array(4)] }
    await lend(pixels, 8, async (buffer) => expect(buffer).toHaveLength(8))
    expect(pixels.spare.map(({ length }) => length)).toEqual([4, 8])
    await lend(pixels, 3 * 256 * 256 + 1, async () => {})
    expect(pixels.spare).toHaveLength(2)
    expect(await lend({}, 5, async (buffer) => buffer.length)).toBe(5)
  })
})
