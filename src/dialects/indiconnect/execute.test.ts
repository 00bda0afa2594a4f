import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { vendorQuery } from '../../../test/support/indiconnect.ts'
import { IndiconnectError } from './errors.ts'
import { DocumentError, readRequest, runRequest } from './execute.ts'
import { completed, toUnjudged } from './translate.ts'

const answer = completed(toUnjudged(102, { requestId: 'id', at: 1 }))

describe('any body', () => {
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({ query: fc.string(), variables: fc.anything(), operationName: fc.anything() })
      .map((value) => JSON.stringify(value)),
    // The vendor's query with one piece of it replaced.
    fc
      .tuple(fc.nat(vendorQuery.length), fc.nat(20), fc.string({ maxLength: 5 }))
      .map(([at, length, text]) =>
        JSON.stringify({ query: vendorQuery.slice(0, at) + text + vendorQuery.slice(at + length) }),
      ),
  )

  it('is answered or refused in the words of the dialect', async () => {
    let carriedOut = 0
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        try {
          await runRequest(readRequest(text, false), async () => answer)
          carriedOut++
        } catch (error) {
          expect(error instanceof IndiconnectError || error instanceof DocumentError).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
    expect(carriedOut).toBeGreaterThan(0)
  })
})

describe('an error thrown by the mutation', () => {
  it('comes out as it was thrown', async () => {
    const request = readRequest(JSON.stringify({ query: vendorQuery }), false)
    const thrown = new IndiconnectError('noBalance')
    const failing = runRequest(request, async () => {
      throw thrown
    })
    await expect(failing).rejects.toBe(thrown)
  })
})
