import { expect, it } from 'vitest'
import { shareWork } from './shared-work.ts'

it('runs once for all who ask at once, and again for who asks later', async () => {
  let runs = 0
  const ask = shareWork(async () => ++runs)
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1])
  expect(await ask()).toBe(2)
})

it('keeps a result for as long as it is good', async () => {
  let runs = 0
  let time = 0
  const ask = shareWork(async () => ++runs, { keepMs: 100, now: () => time })
  expect([await ask(), await ask()]).toEqual([1, 1])
  time = 99
  expect(await ask()).toBe(1)
  time = 100
  expect(await ask()).toBe(2)
})

it('gives a failure to all who wait for it, and to nobody after', async () => {
  let runs = 0
  const ask = shareWork(
    async () => {
      if (++runs === 1) throw new Error('first')
      return runs
    },
    { keepMs: 1000 },
  )
  expect((await Promise.allSettled([ask(), ask()])).map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
  ])
  expect(await ask()).toBe(2)
})
