/** Every route of the server is either documented, and then tried by test/isolation.test.ts, or stands here. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialects } from '../src/dialects/index.ts'
import { routeTable } from './support/route-table.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ engine: stubEngine() })
})
afterAll(() => server.stop())

/** Routes that no client's key opens, and what they show instead. */
const open: [pattern: RegExp, reason: string][] = [
  [/^GET \/example\/selfie\.jpg( |$)/, 'the picture of the first curl lines; not in production mode'],
  [/^GET \/(healthz|readyz|metrics)$/, 'no word of any client; test/metrics.test.ts'],
  [/^GET \/system\/healthcheck\/?$/, "no word of any client; Didit's access.test.ts"],
  [/^GET \/openapi\/\w+\.json$/, 'the documents themselves'],
  [/^GET \/docs(\/.*)?$/, 'files of the reader of the documents'],
  [/^GET \/$/, 'the playground page, off in production mode'],
  [
    /^POST \/playground\/(capture|analyse)$/,
    'the playground, off in production mode; test/playground.test.ts',
  ],
  [/^GET \/(assets|vision)\/\*$/, 'files of the pages'],
  [/^GET \/capture\/element\.js$/, 'a file for pages of other sites; test/capture-page.test.ts'],
  [/^GET \/\*$/, 'answers that there is no such page'],
  [
    /^GET \/evidence\/:id$/,
    'a signed link to one picture; src/records/evidence.test.ts and the isolation test',
  ],
  [/^\w+ \/console\/api\//, 'by session and role; test/console-roles.test.ts'],
  [/^GET \/(capture\/:token|console)$/, 'pages without data'],
  [
    /^(GET|POST) \/capture\/api\/(open|welcome|session|stream|prompt|photo|selfie)$/,
    "opened by a session's link alone; test/capture-page.test.ts",
  ],
]

it('the table is read whole', () => {
  const urls = routeTable(server.app).map(({ method, url }) => `${method} ${url}`)
  expect(urls).toEqual(
    expect.arrayContaining([
      'GET /healthz',
      'POST /verification/face-liveness',
      'DELETE /v3/lists/:list/entries/:entry/',
      'DELETE /v1/webhooks/:id',
      'POST /idverifygr/verification',
    ]),
  )
})

it('no route is missing from the documents without a reason', async () => {
  const documented = new Set<string>()
  // Those of the console are tried by test/console-roles.test.ts.
  for (const name of [...dialects.map((dialect) => dialect.name), 'console']) {
    const document = (await (await fetch(`${server.url}/openapi/${name}.json`)).json()) as {
      paths: Record<string, Record<string, unknown>>
    }
    for (const [path, methods] of Object.entries(document.paths)) {
      const url = path.replace(/\{(\w+)\}/g, ':$1')
      for (const method of Object.keys(methods)) documented.add(`${method.toUpperCase()} ${url}`)
    }
  }
  const unknown: string[] = []
  for (const { method, url } of routeTable(server.app)) {
    const route = `${method} ${url}`
    // The vendor names these with and without the version; both are registered by the same call.
    const versioned = `${method} /v1${url}`
    if (documented.has(route) || documented.has(versioned)) continue
    // Didit's writes are served without the last slash too, by the same handlers.
    if (documented.has(`${route}/`)) continue
    if (open.some(([pattern]) => pattern.test(route))) continue
    // Other methods and the path without its last slash: answered before any key is read.
    const { status } = await fetch(server.url + url.replace(/:\w+/g, 'x'), { method, redirect: 'manual' })
    if (![301, 308, 405].includes(status)) unknown.push(`${route} ${status}`)
  }
  expect(unknown).toEqual([])
  expect(documented.size).toBeGreaterThan(30)
})
