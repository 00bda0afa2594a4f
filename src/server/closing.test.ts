import { describe, expect, it } from 'vitest'
import { createClosing } from './closing.ts'

describe('closing', () => {
  it('goes in reverse, goes on after an error and ends with that error', async () => {
    const closed: string[] = []
    const closing = createClosing()
    closing.add('database', (name) => closed.push(name))
    closing.add('engine', () => Promise.reject(new Error('stuck')))
    closing.add('gallery', async (name) => closed.push(name))
    await expect(closing.close()).rejects.toThrow('stuck')
    expect(closed).toEqual(['gallery', 'database'])
  })

  it('closes a part once', async () => {
    let count = 0
    const closing = createClosing()
    closing.add(null, () => count++)
    await closing.close()
    await closing.close()
    expect(count).toBe(1)
  })
})
