import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createDurableLog } from './durable-log.ts'

it('syncs once at a time, and serves whoever comes at any moment', async () => {
  const syncs = { underWay: 0, most: 0, count: 0 }
  const log = createDurableLog(async () => {
    syncs.count++
    syncs.most = Math.max(syncs.most, ++syncs.underWay)
    await turn()
    syncs.underWay--
  })
  // Each comes again as soon as it was served: also between the end of one sync and the beginning of the next.
  const writer = async (waits: number) => {
    for (let round = 0; round < 200; round++) {
      await log.sync()
      for (let wait = 0; wait < waits; wait++) await null
    }
  }
  await Promise.all([0, 0, 1, 2, 3, 4, 5].map(writer))
  expect(syncs.most).toBe(1)
  // Shared, or there would be 1400.
  expect(syncs.count).toBeLessThan(450)
  await log.close()
})
