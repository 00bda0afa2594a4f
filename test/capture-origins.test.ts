/** Which answers pages of other sites may read. The engine is a stub: no request here carries a picture. */
import { readFileSync } from 'node:fs'
import { transformWithOxc } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPages } from './support/browser.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

const site = 'http://127.0.0.1:8123'

let server: TestServer
beforeAll(async () => {
  buildPages()
  server = await startTestServer({ engine: stubEngine(), settings: { LIVEFACE_CAPTURE_ORIGINS: site } })
})
afterAll(() => server?.stop())

const ask = (path: string, origin: string, method = 'GET') =>
  fetch(server.url + path, { method, headers: { origin } })

describe('pages of other sites', () => {
  it.each([
    ['/capture/element.js', 200],
    ['/capture/api/session', 401],
  ])('may read %s where they are named', async (path, status) => {
    const allowed = await ask(path, site)
    expect(allowed.status).toBe(status)
    expect(allowed.headers.get('access-control-allow-origin')).toBe(site)
    expect(allowed.headers.get('vary')).toContain('Origin')
    for (const origin of ['https://example.com', 'null', `${site}0`]) {
      const refused = await ask(path, origin)
      expect(refused.headers.has('access-control-allow-origin')).toBe(false)
      expect(refused.headers.get('vary')).toContain('Origin')
    }
  })

  it('may send a key to the capture API, and to nothing else', async () => {
    const preflight = await ask('/capture/api/photo', site, 'OPTIONS')
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization, content-type')
    expect(preflight.headers.has('access-control-allow-credentials')).toBe(false)
    for (const path of ['/api/v1/checks', '/console/api/cases', '/capture/x', '/']) {
      const { headers } = await ask(path, site)
      expect(headers.has('access-control-allow-origin'), path).toBe(false)
    }
  })
})

it('the recipe for React Native is code that a bundler reads, with a component to show', async () => {
  const guide = readFileSync('docs/guides/capture-element.md', 'utf8')
  const [, recipe = ''] = /```jsx\n(import[^`]+react-native-webview[^`]+)```/.exec(guide) ?? []
  const { code } = await transformWithOxc(recipe, 'recipe.jsx')
  expect(code).toMatch(/jsx\w*\(WebView/)
  expect(code).toContain('export function FaceCheck')
})
