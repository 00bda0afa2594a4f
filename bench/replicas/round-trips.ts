/** What a check asks of PostgreSQL, counted where it cannot be overlooked: on the wire. */
import type { DatabaseLocation } from '../../src/database/index.ts'
import { dialectNames, startEveryDialect } from '../../test/support/every-dialect.ts'
import { startTcpProxy } from '../../test/support/fleet/tcp-proxy.ts'
import { stubEngine } from '../../test/support/stub-engine.ts'

/** Calls of each kind, one after the other. */
const warmUp = 5
const counted = 20

/**
 * The fewest of some calls, so that what a server does beside its requests does not count. VerifyHQ's is two requests, a
 * session and a photo; no pictures are kept.
 */
export async function countRoundTrips(location: DatabaseLocation): Promise<Record<string, number>> {
  const url = new URL('url' in location ? location.url : '')
  const proxy = await startTcpProxy(Number(url.port))
  url.port = String(proxy.port)
  const calls = await startEveryDialect({
    engine: stubEngine(),
    settings: { LIVEFACE_DATABASE_URL: url.href, LIVEFACE_EVIDENCE: 'false' },
  })
  try {
    const fewest: Record<string, number> = {}
    for (const name of dialectNames) {
      const counts: number[] = []
      for (let index = -warmUp; index < counted; index++) {
        const before = proxy.roundTrips()
        const { status } = await calls[name](`caller-${index}`)
        if (status >= 300) throw new Error(`${name} answered ${status}.`)
        if (index >= 0) counts.push(proxy.roundTrips() - before)
      }
      fewest[name] = Math.min(...counts)
    }
    return fewest
  } finally {
    await calls.stop()
    await proxy.stop()
  }
}
