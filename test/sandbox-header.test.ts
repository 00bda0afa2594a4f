/** Real requests over every dialect; the engine is a stub, since only headers are looked at. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialectNames, type EveryDialect, startEveryDialect } from './support/every-dialect.ts'
import { stubEngine } from './support/stub-engine.ts'

let calls: EveryDialect
beforeAll(async () => {
  calls = await startEveryDialect({ engine: stubEngine() })
})
afterAll(() => calls.stop())

const mark = 'x-liveface-sandbox'

describe.each(dialectNames)('%s', (name) => {
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
