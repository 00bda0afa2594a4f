/**
 * No route of any dialect shows or changes one client's records for another. The routes come from the
 * OpenAPI documents, so that a new one is tried without being named here; test/route-table.test.ts sees to it that
 * every route stands in them, or has a reason not to.
 */
import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { testDatabases } from '../support/databases.ts'
import { type DocumentedRoute, documentedRoutes } from '../support/documented-routes.ts'
import { type Call, idsIn, mark, type Owner } from '../support/record-owners.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { stubEngine } from '../support/stub-engine.ts'

interface Caller {
  id: string
  headers: Record<string, string>
}

/** Without what differs from one reading to the next: the signatures of links that expire, the time of an export. */
const steady = (text: string) =>
  text.replace(/\?expires=\d+&signature=[\w-]+/g, '').replace(/"exported_at":"[^"]*"/g, '')

function callAs(server: TestServer, { id, headers }: Caller): Call {
  return async (method, path, body) => {
    const init: RequestInit = { method, headers, redirect: 'manual' }
    const mine = (value: unknown) => (value === 'me' ? id : value)
    if (typeof body === 'string') {
      init.headers = { ...headers, 'content-type': 'application/x-ndjson' }
      init.body = body
    } else if (body && Object.values(body).some((value) => Buffer.isBuffer(value))) {
      const form = new FormData()
      for (const [name, value] of Object.entries(body)) {
        if (Buffer.isBuffer(value)) form.set(name, new Blob([new Uint8Array(value)]), 'selfie.jpg')
        else form.set(name, String(value))
      }
      init.body = form
    } else if (body) {
      init.headers = { ...headers, 'content-type': 'application/json' }
      init.body = JSON.stringify(body, (_name, value) => mine(value))
    }
    const response = await fetch(server.url + path.replace(/\/me$/, `/${id}`), init)
    return { status: response.status, text: await response.text() }
  }
}

/** @param dialects the vendors to speak for; default: every one */
export async function isolationSuite(owners: readonly Owner[], dialects?: readonly Dialect[]): Promise<void> {
  for (const kind of await testDatabases()) {
    describe.skipIf(kind.unavailable)(`clients on ${kind.name}`, () => {
      for (const owner of owners) {
        it(`of ${owner.dialect} neither see nor change each other's records`, async () => {
          const location = await kind.location()
          const server = await startTestServer({
            ...(dialects ? { dialects } : {}),
            engine: stubEngine(),
            settings: {
              LIVEFACE_RATE_PER_CLIENT: '1000000',
              LIVEFACE_RATE_PER_IP: '1000000',
              LIVEFACE_EVIDENCE: 'true',
              LIVEFACE_FETCH_TIMEOUT_MS: '100',
              ...('url' in location ? { LIVEFACE_DATABASE_URL: location.url } : {}),
            },
          })
          try {
            await proveApart(server, owner)
          } finally {
            await server.stop()
          }
        })
      }
    })
  }
}

async function proveApart(server: TestServer, owner: Owner): Promise<void> {
  const settings = { ratePerMinute: 1_000_000 }
  const [one, other] = [
    await server.client(owner.dialect, { environment: 'production', settings }),
    await server.client(owner.dialect, { environment: 'production', settings }),
  ]
  const ownerCalls = callAs(server, one)
  const hidden = await owner.store(ownerCalls)
  /** All that the owner is shown, each record by its id too. */
  const look = async () => {
    const pages = await Promise.all(owner.views.map((path) => ownerCalls('GET', path)))
    const texts = pages.map(({ text }) => steady(text))
    const routes = (await documentedRoutes(server.url, owner.dialect)).filter(
      ({ method }) => method === 'GET',
    )
    for (const { path } of routes.filter((route) => route.path.includes('{'))) {
      for (const id of idsIn(texts.slice(0, pages.length).join())) {
        const { status, text } = await ownerCalls('GET', path.replace(/\{\w+\}/g, id))
        if (status === 200) texts.push(steady(text))
      }
    }
    return [...texts, ...(await rowsOf(server, one.id))]
  }
  const before = await look()
  // Otherwise there would be nothing to see, and the rest would prove nothing.
  expect(before.length).toBeGreaterThan(owner.views.length + 1)
  for (const [index, path] of owner.views.entries()) {
    const shown = before[index] ?? ''
    // A view that shows neither a mark nor an id shows no record.
    expect(shown.includes(mark) || idsIn(shown).length > 0, `${path}: ${shown}`).toBe(true)
  }

  const ids = [...new Set([...hidden, ...idsIn(before.join()), one.id, `${mark.length}`])]
  const routes = await documentedRoutes(server.url, owner.dialect)
  expect(routes.length).toBeGreaterThan(owner.views.length)
  const stranger = callAs(server, other)
  const filters = fc.constantFrom(
    '',
    '?limit=100',
    '?include=events',
    '?page=1&limit=100',
    '?offset=0&limit=50',
  )
  const tried = { routes: new Set<string>(), count: 0 }

  const tryOne = async (route: DocumentedRoute, id: string, filter: string) => {
    const path = route.path.replace(/\{\w+\}/g, id) + filter
    const body = route.method === 'GET' || route.method === 'DELETE' ? undefined : owner.bodyWith(id, route)
    const { text } = await stranger(route.method, path, body)
    tried.routes.add(`${route.method} ${route.path}`)
    tried.count++
    const where = `${route.method} ${path}`
    expect(text, where).not.toContain(mark)
    // An answer may repeat what it was asked about, and nothing else of the owner's.
    const others = ids.filter((known) => known !== id && known.length > 8)
    for (const known of others) expect(text, where).not.toContain(known)
  }

  // Every route with every id, then chance.
  for (const route of routes) {
    const several = route.path.includes('{') || !route.isMultipart
    for (const id of several ? ids : ids.slice(0, 2)) await tryOne(route, id, '')
  }
  await fc.assert(fc.asyncProperty(fc.constantFrom(...routes), fc.constantFrom(...ids), filters, tryOne), {
    numRuns: 60,
  })
  await owner.deleteAll?.(stranger)
  for (const id of ids) expect((await stranger('GET', `/evidence/${id}`)).status).toBe(404)
  expect(tried.routes.size).toBe(routes.length)
  expect(await look()).toEqual(before)
}

/** Every row of a client, as text. */
async function rowsOf({ database }: TestServer, clientId: string): Promise<string[]> {
  const rows: string[] = []
  for (const { name, columns } of await database.introspection.getTables()) {
    if (!columns.some((column) => column.name === 'client_id')) continue
    const found = await sql`select * from ${sql.table(name)} where client_id = ${clientId}`.execute(database)
    rows.push(...found.rows.map((row) => `${name} ${JSON.stringify(row)}`))
  }
  // The owner's own reading leaves its word, as does the owner's asking for what administrators alone are shown.
  return rows.filter((row) => !/"(person\.exported|admin\.refused)"/.test(row)).sort()
}
