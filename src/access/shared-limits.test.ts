import { describe, expect, it, vi } from 'vitest'
import { testDatabases } from '../../test/support/databases.ts'
import { createRateLimits } from './rate-limits.ts'
import { createSharedLimits } from './shared-limits.ts'

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`limits shared by two servers on ${kind.name}`, () => {
    async function twoServers() {
      const { database, masterKey } = await kind.open()
      const clock = { time: 1_000_000 }
      const now = () => clock.time
      const servers = [1, 2].map(() => {
        const limits = createRateLimits(now)
        const onError = (error: unknown) => {
          throw error
        }
        return { limits, shared: createSharedLimits({ database, masterKey, limits, onError, now }) }
      })
      return { clock, database, first: servers[0]!, second: servers[1]! }
    }

    it('are one limit: each counts what the other let in', async () => {
      const { first, second } = await twoServers()
      for (let count = 0; count < 6; count++) expect(first.limits.take('client', 10).allowed).toBe(true)
      for (let count = 0; count < 4; count++) expect(second.limits.take('client', 10).allowed).toBe(true)
      await first.shared.exchange()
      await second.shared.exchange()
      expect(second.limits.take('client', 10)).toMatchObject({ allowed: false, remaining: 0 })
      // The first learns of it with its own next call.
      first.limits.take('client', 10)
      await first.shared.exchange()
      expect(first.limits.peek('client', 10).allowed).toBe(false)
      expect(first.limits.peek('another', 10).allowed).toBe(true)
    })

    it('end together, and begin at nothing', async () => {
      const { clock, first, second } = await twoServers()
      first.limits.take('client', 3)
      await first.shared.exchange()
      clock.time += 30_000
      for (let count = 0; count < 3; count++) second.limits.take('client', 3)
      await second.shared.exchange()
      expect(second.limits.take('client', 3)).toMatchObject({ allowed: false, retryAfter: 30 })
      clock.time += 30_000
      expect(second.limits.take('client', 3)).toMatchObject({ allowed: true, remaining: 2 })
      await second.shared.exchange()
      expect(second.limits.take('client', 3)).toMatchObject({ allowed: true, remaining: 1 })
    })

    it('lose nothing to a database that is away, and hold by themselves meanwhile', async () => {
      const { first, second, database } = await twoServers()
      first.limits.take('client', 3)
      await database.schema.alterTable('rate_windows').renameTo('elsewhere').execute()
      await expect(first.shared.exchange()).rejects.toThrow('rate_windows')
      expect(first.limits.take('client', 3).remaining).toBe(1)
      await database.schema.alterTable('elsewhere').renameTo('rate_windows').execute()
      await first.shared.exchange()
      second.limits.take('client', 3)
      await second.shared.exchange()
      expect(second.limits.peek('client', 3)).toMatchObject({ remaining: 0, allowed: false })
    })

    it('queue no exchanges up while the database hangs: stopping waits for the one under way', async () => {
      const { database, masterKey } = await kind.open()
      // Hides: the database, of which this is only that it hangs.
      let answer = (): void => {}
      const hung = new Promise<void>((resolve) => {
        answer = resolve
      })
      let begun = 0
      const limits = {
        ...createRateLimits(),
        takeUnshared: () => {
          begun++
          return []
        },
      }
      const slow = Object.create(database, {
        deleteFrom: {
          value: () => ({ where: () => ({ execute: () => hung }) }),
        },
      }) as typeof database
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
      try {
        const shared = createSharedLimits({ database: slow, masterKey, limits, onError: () => {} })
        shared.start()
        await vi.advanceTimersByTimeAsync(5000)
        expect(begun).toBe(1)
        const stopped = shared.stop()
        answer()
        await stopped
        expect(begun).toBe(1)
      } finally {
        vi.useRealTimers()
      }
    })

    it('are kept without what they are of', async () => {
      const { first, database } = await twoServers()
      first.limits.take('address/192.0.2.7', 3)
      await first.shared.exchange()
      const rows = await database.selectFrom('rate_windows').selectAll().execute()
      expect(rows).toEqual([{ key: expect.stringMatching(/^[0-9a-f]{64}$/), count: 1, ends_at: 1_060_000 }])
    })
  })
}
