import { describe, expect, it } from 'vitest'
import { createBufferPool } from './buffer-pool.ts'

const itself = async (buffer: Float32Array) => buffer

describe('a pool of buffers', () => {
  it('gives one buffer to one user at a time, and to the next when it is back', async () => {
    const { borrow } = createBufferPool()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const seen: Float32Array[] = []
    const use = async (buffer: Float32Array) => {
      seen.push(buffer)
      await held
    }
    const both = [borrow(8, use), borrow(8, use)]
    expect(new Set(seen).size).toBe(2)
    release()
    await Promise.all(both)
    expect(seen).toContain(await borrow(8, itself))
  })

  it('takes a buffer back also when the work fails', async () => {
    const { borrow } = createBufferPool()
    let failed: Float32Array | undefined
    const failing = borrow(8, (buffer) => {
      failed = buffer
      return Promise.reject(new Error('broken'))
    })
    await expect(failing).rejects.toThrow('broken')
    expect(await borrow(8, itself)).toBe(failed)
  })

  it('looks for the length asked for, and keeps no buffer longer than the longest input', async () => {
    const { borrow } = createBufferPool()
    const short = await borrow(4, itself)
    expect(await borrow(8, itself)).toHaveLength(8)
    expect(await borrow(4, itself)).toBe(short)
    const long = 3 * 256 * 256 + 1
    expect(await borrow(long, itself)).not.toBe(await borrow(long, itself))
    expect(await borrow(long - 1, itself)).toBe(await borrow(long - 1, itself))
  })
})
