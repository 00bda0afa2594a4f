/**
 * Whatever is sent to a route of a dialect, it is answered, in the dialect's shape, and never with a failure of our own.
 * The routes come from the OpenAPI documents.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Attempt, attempt } from '../support/attempts.ts'
import type { Callers, StartCallers } from '../support/callers.ts'
import { type DocumentedRoute, documentedRoutes } from '../support/documented-routes.ts'
import { stubEngine } from '../support/stub-engine.ts'

/** Lone surrogates have no place in a URL; they become what a browser makes of them. */
const encode = (value: string) => encodeURIComponent(Buffer.from(value).toString())

/**
 * @param isError what answers of a vendor look like that are no success; `text` where the body is no JSON
 */
export function fuzzSuite<Name extends string>(
  start: StartCallers<Name>,
  isError: Record<Name, (body: unknown, text: string) => boolean>,
): void {
  let calls: Callers<Name>
  const logged: string[] = []
  beforeAll(async () => {
    calls = await start({
      engine: stubEngine(),
      logStream: {
        write: (line: string) => {
          logged.push(line)
          return true
        },
      } as unknown as NodeJS.WritableStream,
      settings: {
        LIVEFACE_LOG_LEVEL: 'error',
        LIVEFACE_RATE_PER_IP: '100000000',
        LIVEFACE_FETCH_TIMEOUT_MS: '100',
      },
    })
  })
  afterAll(() => calls.stop())

  async function send(dialect: Name, route: DocumentedRoute, { parameter, query, body, withKeys }: Attempt) {
    const search = query.map(([key, value]) => `${encode(key)}=${encode(value)}`).join('&')
    const path = route.path.replace(/\{\w+\}/g, encode(parameter) || 'x')
    const headers: Record<string, string> = withKeys ? { ...calls.headers[dialect] } : {}
    const init: RequestInit = { method: route.method, headers, redirect: 'manual' }
    if (route.method !== 'GET') {
      if ('form' in body) {
        const data = new FormData()
        for (const [key, value] of body.form.fields) data.append(key, value)
        for (const [key, bytes, filename] of body.form.files)
          data.append(key, new Blob([new Uint8Array(bytes)]), filename)
        init.body = data
      } else {
        headers['content-type'] = body.type
        init.body = body.text
      }
    }
    try {
      const response = await fetch(`${calls.server.url}${path}?${search}`, init)
      return { status: response.status, text: await response.text() }
    } catch (error) {
      // A body that is too large is refused before it has come: the answer may be lost in the noise.
      const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException
      const isLarge = JSON.stringify(body).length > 60_000
      if (isLarge && (code === 'EPIPE' || code === 'ECONNRESET' || code === 'UND_ERR_SOCKET')) return null
      throw error
    }
  }

  describe('every route, whatever is sent,', () => {
    it.each(Object.keys(isError) as Name[])(
      'answers in the shape of %s and fails in nothing',
      async (dialect) => {
        const routes = await documentedRoutes(calls.server.url, dialect)
        const seen = new Map<number, number>()
        logged.length = 0
        await fc.assert(
          fc.asyncProperty(fc.constantFrom(...routes), attempt, async (route, tried) => {
            const answer = await send(dialect, route, tried)
            if (!answer) return
            const { status, text: said } = answer
            seen.set(status, (seen.get(status) ?? 0) + 1)
            const where = `${route.method} ${route.path}: ${status} ${said.slice(0, 300)} ${logged.slice(-1)}`
            expect(status, where).toBeLessThan(500)
            if (status < 400) return
            let body: unknown
            try {
              body = JSON.parse(said)
            } catch {
              body = undefined
            }
            expect(isError[dialect](body, said), where).toBe(true)
            expect(said, where).not.toMatch(/\bat .*\.[jt]s:\d+|node_modules|SQLITE|SqliteError/)
          }),
          { numRuns: 400 },
        )
        expect(logged).toEqual([])
        expect(seen.size).toBeGreaterThan(1)
      },
    )
  })
}
