import { describe, expect, it } from 'vitest'
import { createRateLimits } from './rate-limits.ts'

describe('createRateLimits', () => {
  it('allows the limit, refuses the next and starts again with the next window', () => {
    let time = 1_000_000
    const limits = createRateLimits(() => time)
    expect(limits.take('a', 2)).toMatchObject({ allowed: true, remaining: 1 })
    expect(limits.take('a', 2)).toMatchObject({ allowed: true, remaining: 0 })
    expect(limits.take('a', 2)).toEqual({
      allowed: false,
      limit: 2,
      remaining: 0,
      resetAt: 1060,
      retryAfter: 60,
    })
    time += 60_000
    expect(limits.take('a', 2).allowed).toBe(true)
  })

  it('shows what the next would find without counting it', () => {
    const limits = createRateLimits(() => 0)
    expect(limits.peek('a', 1)).toEqual(limits.peek('a', 1))
    expect(limits.take('a', 1).allowed).toBe(true)
    expect(limits.peek('a', 1).allowed).toBe(false)
  })

  it('counts keys apart', () => {
    const limits = createRateLimits(() => 0)
    expect(limits.take('a', 1).allowed).toBe(true)
    expect(limits.take('b', 1).allowed).toBe(true)
    expect(limits.take('a', 1).allowed).toBe(false)
  })

  it('keeps a bounded number of windows', () => {
    const limits = createRateLimits(() => 0, 10)
    limits.take('first', 1)
    for (let index = 0; index < 50; index++) limits.take(`key${index}`, 1)
    expect(limits.take('first', 1).allowed).toBe(true)
  })
})
