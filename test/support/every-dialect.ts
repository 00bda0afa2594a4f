/** One plain call of each dialect, for tests of what all of them have in common. */
import { type DialectName, dialects } from '../../src/dialects/index.ts'
import { actedPhoto } from './acted-photo.ts'
import { jpeg } from './didit.ts'
import { form } from './form.ts'
import { startTestServer, type TestServer, type TestServerOptions } from './server.ts'
import { startWebServer } from './web-server.ts'

export type { DialectName }
export const dialectNames: readonly DialectName[] = dialects.map(({ name }) => name)

export interface DialectAnswer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  body: any
  headers: Headers
}

/** @param id the caller's own, where the dialect has one @param picture sent instead of a plain one */
export type DialectCall = (
  id?: string,
  options?: { headers?: Record<string, string>; picture?: Buffer },
) => Promise<DialectAnswer>

export interface EveryDialect extends Record<DialectName, DialectCall> {
  server: TestServer
  headers: Record<DialectName, Record<string, string>>
  stop(): Promise<void>
}

/** A server with a production client of each dialect, and a web server that IndiConnect's pictures come from. */
export async function startEveryDialect(options: TestServerOptions = {}): Promise<EveryDialect> {
  // Each call has a path of its own, so that calls side by side each get their own picture.
  const served = new Map<string, Buffer>()
  const pictures = await startWebServer(({ url = '' }, response) => response.end(served.get(url)))
  const server = await startTestServer({
    ...options,
    settings: {
      LIVEFACE_ALLOW_PRIVATE_URLS: 'true',
      LIVEFACE_FETCH_PORTS: String(pictures.port),
      LIVEFACE_FETCH_TIMEOUT_MS: '500',
      ...options.settings,
    },
  })
  const headers = {} as EveryDialect['headers']
  for (const name of dialectNames) {
    headers[name] = (
      await server.client(name, { environment: 'production', settings: { ratePerMinute: 1_000_000 } })
    ).headers
  }

  async function post(path: string, sent: Record<string, string>, body: object): Promise<DialectAnswer> {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { ...sent, ...(body instanceof FormData ? {} : { 'content-type': 'application/json' }) },
      body: body instanceof FormData ? body : JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) }
  }

  return {
    server,
    headers,
    cashfree: (id = crypto.randomUUID(), { headers: sent = headers.cashfree, picture = jpeg } = {}) =>
      post('/verification/face-liveness', sent, form({ verification_id: id, image: picture })),
    didit: (id = 'somebody', { headers: sent = headers.didit, picture = jpeg } = {}) =>
      post('/v3/passive-liveness/', sent, form({ vendor_data: id, user_image: picture })),
    indiconnect: (_id, { headers: sent = headers.indiconnect, picture = jpeg } = {}) => {
      const path = `/${crypto.randomUUID()}`
      served.set(path, picture)
      const query = `mutation { verify(input: {documentType: "Face Liveness Passive" url: "${pictures.url}${path}"}) { ok message result { ... on LivenessDetectionResult { status_code is_live } } error { message } } }`
      return post('/idverifygr/verification', sent, { query })
    },
    verifyhq: async (id = 'somebody', { headers: sent = headers.verifyhq, picture } = {}) => {
      const base = '/v1/verifications/liveness'
      const opened = await post(`${base}/session`, sent, { userId: id })
      if (opened.status !== 201) return opened
      const { sessionToken, challenges } = opened.body
      const photo = picture ?? actedPhoto({ gesture: challenges[0].type })
      return post(`${base}/challenge`, sent, form({ sessionToken, challengeId: challenges[0].id, photo }))
    },
    async stop() {
      await server.stop()
      await pictures.close()
    },
  }
}
