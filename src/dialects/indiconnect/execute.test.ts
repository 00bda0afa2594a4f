import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { vendorQuery } from '../../../test/support/indiconnect.ts'
import { IndiconnectError } from './errors.ts'
import { createRequestReader, DocumentError, runRequest } from './execute.ts'
import { completed, toUnjudged } from './translate.ts'

const readRequest = createRequestReader(false)
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
          await runRequest(readRequest(text), async () => answer)
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
    const request = readRequest(JSON.stringify({ query: vendorQuery }))
    const thrown = new IndiconnectError('noBalance')
    const failing = runRequest(request, async () => {
      throw thrown
    })
    await expect(failing).rejects.toBe(thrown)
  })
})

describe('a document like one that was valid', () => {
  const read = (query: string) => createRequestReader(false)(JSON.stringify({ query }))
  const verify = (input: string, fields = 'ok') => `mutation { verify(input: {${input}}) { ${fields} } }`
  const valid = verify('documentType: "Face Match" url1: "a" url2: "b"')

  it('has its own values', async () => {
    const reader = createRequestReader(false)
    const seen: unknown[] = []
    for (const url of ['one', 'two', '\\"} otp: \\"1']) {
      const request = reader(JSON.stringify({ query: verify(`documentType: "face match" url: "${url}"`) }))
      await runRequest(request, async (input) => {
        seen.push(input.url)
        return answer
      })
    }
    expect(seen).toEqual(['one', 'two', '"} otp: "1'])
  })

  it.each([
    ['another field', verify('documentType: "Face Match" url3: "a" url2: "b"')],
    ['a number for a string', verify('documentType: 12 url1: "a" url2: "b"')],
    ['a name for a string', verify('documentType: Face url1: "a" url2: "b"')],
    ['a field that it lacks', verify('url1: "a" url2: "b"')],
    ['a selection that is not there', valid.replace('ok', 'nok')],
    ['strings only', '"mutation" "ok"'],
    ['an empty string for a name', valid.replace('ok', '""')],
    [
      'introspection',
      valid.replace('mutation', 'query').replace(/verify.*/, '__schema { types { name } } }'),
    ],
    [
      'too many aliases',
      verify('documentType: "x"', Array.from({ length: 11 }, (_, i) => `a${i}: ok`).join(' ')),
    ],
  ])('is refused for %s, before and after', (_name, query) => {
    const reader = createRequestReader(false)
    const refused = () => reader(JSON.stringify({ query }))
    expect(refused).toThrow(DocumentError)
    reader(JSON.stringify({ query: valid }))
    expect(refused).toThrow(DocumentError)
    expect(refused).toThrow(DocumentError)
  })

  it('is answered like any other by readers that saw every document before, and by ones that saw none', () => {
    const reader = createRequestReader(false)
    const outcome = (work: () => unknown) => {
      try {
        work()
        return 'valid'
      } catch (error) {
        return (error as Error).message
      }
    }
    const change = fc.tuple(
      fc.nat(valid.length),
      fc.nat(3),
      fc.constantFrom('', '"', '#', '"""', 'x', '{', '1', '@'),
    )
    let valids = 0
    fc.assert(
      fc.property(change, ([at, length, text]) => {
        const query = valid.slice(0, at) + text + valid.slice(at + length)
        const fresh = outcome(() => read(query))
        if (fresh === 'valid') valids++
        expect(outcome(() => reader(JSON.stringify({ query })))).toBe(fresh)
        expect(outcome(() => reader(JSON.stringify({ query })))).toBe(fresh)
      }),
      { numRuns: 500 },
    )
    expect(valids).toBeGreaterThan(10)
  })
})
