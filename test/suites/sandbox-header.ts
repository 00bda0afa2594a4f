/** Real requests over every dialect; the engine is a stub, since only headers are looked at. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Callers, StartCallers } from '../support/callers.ts'
import { stubEngine } from '../support/stub-engine.ts'

export function sandboxHeaderSuite<Name extends string>(
  start: StartCallers<Name>,
  names: readonly Name[],
): void {
  let calls: Callers<Name>
  beforeAll(async () => {
    calls = await start({ engine: stubEngine() })
  })
  afterAll(() => calls.stop())

  const mark = 'x-liveface-sandbox'

  describe.each(names)('%s', (name) => {
    it('marks answers to a sandbox credential alone', async () => {
      const { headers } = await calls.server.client(name, { environment: 'sandbox' })
      expect((await calls[name](undefined, { headers })).headers.get(mark)).toBe('true')
      expect((await calls[name]()).headers.get(mark)).toBeNull()
      expect((await calls[name](undefined, { headers: {} })).headers.get(mark)).toBeNull()
    })

    it('marks refusals too', async () => {
      const settings = { ipAllowList: ['203.0.113.1'] }
      const { headers } = await calls.server.client(name, { environment: 'sandbox', settings })
      const refused = await calls[name](undefined, { headers })
      expect(refused.headers.get(mark)).toBe('true')
    })
  })
}
