/** A full disk: refused in the vendor's own words, and the same call works once there is room. */
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Callers, DialectAnswer, StartCallers } from '../support/callers.ts'
import { fillDisk, freeDisk } from '../support/full-disk.ts'
import { stubEngine } from '../support/stub-engine.ts'

/** How a vendor answers here. */
export interface FullDiskCase {
  /** Something failed inside the server. */
  failure: { status: number; body: object }
  isDone(answer: DialectAnswer): boolean
}

export function fullDiskSuite<Name extends string>(
  start: StartCallers<Name>,
  cases: Record<Name, FullDiskCase>,
): void {
  describe('a full disk', () => {
    const lines: string[] = []
    const logStream = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk))
        done()
      },
    })
    let calls: Callers<Name>
    beforeAll(async () => {
      const settings = { LIVEFACE_LOG_LEVEL: 'error', LIVEFACE_EVIDENCE: 'true' }
      calls = await start({ engine: stubEngine(), logStream, settings })
    })
    afterAll(() => calls.stop())

    it.each(Object.keys(cases) as Name[])(
      'is answered by %s in its own words; the same call works once there is room',
      async (name) => {
        const { failure, isDone } = cases[name]
        const { database, url, services } = calls.server
        expect(await calls[name]('before')).toSatisfy(isDone)
        await fillDisk(database)
        lines.length = 0
        // What still fits into a page that is not full may be done, and is then done for good.
        let refused = await calls[name]('refused-0')
        let count = 0
        while (isDone(refused) && count < 200) refused = await calls[name](`refused-${++count}`)
        expect(refused).toMatchObject(failure)
        expect(lines.join()).toContain('SQLITE_FULL')
        expect((await fetch(`${url}/healthz`)).status).toBe(200)
        await freeDisk(database)
        expect(await calls[name](`refused-${count}`)).toSatisfy(isDone)
        expect(await services.audit.verify()).toMatchObject({ intact: true })
      },
    )
  })
}
