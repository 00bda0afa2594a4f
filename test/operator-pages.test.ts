/** Real requests; the engine is a stub, since nothing here looks at a picture. */
import { describe, expect, it } from 'vitest'
import { dialects } from '../src/dialects/index.ts'
import { startTestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

const documents = [
  '/docs',
  '/docs/',
  '/docs/json',
  '/docs/static/index.html',
  ...dialects.map(({ name }) => `/openapi/${name}.json`),
]
const token = 'sixteen letters or more'

async function withServer(
  settings: Record<string, string>,
  look: (status: (path: string, authorization?: string) => Promise<number>) => Promise<void>,
) {
  const server = await startTestServer({ engine: stubEngine(), settings })
  try {
    await look(async (path, authorization) => {
      const headers: Record<string, string> = authorization ? { authorization } : {}
      const response = await fetch(server.url + path, { headers })
      await response.arrayBuffer()
      return response.status
    })
  } finally {
    await server.stop()
  }
}

describe('outside production mode', () => {
  it('metrics and documents are open', () =>
    withServer({}, async (status) => {
      for (const path of ['/metrics', ...documents]) expect(await status(path), path).toBe(200)
    }))
})

describe('in production mode', () => {
  it('there are no documents, and no metrics without a token to ask for', () =>
    withServer({ LIVEFACE_PRODUCTION: 'true' }, async (status) => {
      for (const path of ['/metrics', ...documents]) expect(await status(path), path).toBe(404)
      expect(await status('/metrics', 'Bearer undefined')).toBe(404)
    }))

  it('metrics go to whoever has the token, documents to all when switched on', () =>
    withServer(
      { LIVEFACE_PRODUCTION: 'true', LIVEFACE_METRICS_TOKEN: token, LIVEFACE_DOCS: 'true' },
      async (status) => {
        for (const path of documents) expect(await status(path), path).toBe(200)
        expect(await status('/metrics', `Bearer ${token}`)).toBe(200)
        expect(await status('/metrics', `bearer ${token}`)).toBe(200)
        for (const wrong of [undefined, token, `Bearer ${token}x`, `Basic ${token}`, 'Bearer ']) {
          expect(await status('/metrics', wrong), wrong).toBe(401)
        }
      },
    ))
})
