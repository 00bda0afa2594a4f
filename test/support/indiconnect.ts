import { PictureError } from '../../src/engine/errors.ts'
import type { Engine } from '../../src/engine/types.ts'
import { startTestServer, type TestServer } from './server.ts'
import { type StubReport, stubEngine, stubReport } from './stub-engine.ts'
import { startWebServer, type WebServer } from './web-server.ts'

/** The vendor's own query, byte for byte: CRLF line ends, no commas, tabs as spaces. `URL` stands for the picture. */
export const vendorQuery =
  'mutation {\r\n  verify(\r\n    input: {\r\n      documentType: "Face Liveness Passive"\r\n      url: "URL"\r\n    }\r\n  )  {\r\n    ok\r\n    message\r\n    result {\r\n      __typename\r\n      ... on LivenessDetectionResult {\r\n        status_code\r\n        request_id\r\n        case_id\r\n        is_live\r\n        liveness_score\r\n        review_needed\r\n        multiple_faces_detected\r\n      }\r\n    }\r\n    error{\r\n        message\r\n    }\r\n  }\r\n}'

/** What may stand in an answer. */
export interface Answered {
  data?: { verify?: Record<string, unknown> & { result?: Record<string, unknown> | null } } | null
  errors?: { message: string; locations?: unknown; extensions: { code: string } }[]
  /** Beside errors. */
  status?: string
  code?: number
  message?: string
}

export interface Gateway extends TestServer {
  /** Serves what a stub engine takes for pictures, and everything else a picture URL may lead to. */
  pictures: WebServer
  /** Headers of a client. */
  headers: Record<string, string>
  clientId: string
  /** Sends a body, as JSON unless it is text already. */
  post(
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; text: string; json: Answered }>
  /** Sends the vendor's query for a path of `pictures`, or for a whole URL. */
  liveness(path: string): ReturnType<Gateway['post']>
}

/**
 * Milliseconds for a fetch in these tests, unless set; a failed connection is answered 250 ms later. Far above what a
 * fetch on a busy machine takes.
 */
const fetchTimeout = 3000
export const holdTime = fetchTimeout + 250

/** A server with a stub engine whose reports follow the picture's path, /faces?..., as JSON in the query. */
export async function startGateway(
  options: { engine?: Engine; logStream?: NodeJS.WritableStream; settings?: Record<string, string> } = {},
): Promise<Gateway> {
  const pictures = await startWebServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://pictures.test')
    if (url.pathname === '/faces')
      response.end(`\xff\xd8\xff${url.searchParams.get('report') ?? '{}'}`, 'latin1')
    else if (url.pathname === '/page') response.end('<html>not a picture, but a page of some length</html>')
    else if (url.pathname === '/broken') response.end('\xff\xd8\xffbroken', 'latin1')
    else if (url.pathname === '/moved') response.writeHead(302, { location: '/faces' }).end()
    else if (url.pathname === '/inwards')
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
    else if (url.pathname === '/to-file') response.writeHead(302, { location: 'file:///etc/passwd' }).end()
    else if (url.pathname === '/circle') response.writeHead(302, { location: '/circle' }).end()
    else if (url.pathname === '/empty') response.end()
    else if (url.pathname === '/large') response.writeHead(200, { 'content-length': '99999999' }).write('x')
    else if (url.pathname === '/stalled') response.write('\xff\xd8\xff', 'latin1')
    else if (url.pathname === '/never') return
    else response.writeHead(404).end('no such picture')
  })
  const server = await startTestServer({
    engine: options.engine ?? stubEngine({ analyse: readReport }),
    ...(options.logStream ? { logStream: options.logStream } : {}),
    settings: {
      LIVEFACE_ALLOW_PRIVATE_URLS: 'true',
      LIVEFACE_FETCH_PORTS: String(pictures.port),
      LIVEFACE_FETCH_TIMEOUT_MS: String(fetchTimeout),
      ...options.settings,
    },
  })
  const client = await server.client('indiconnect')
  const post: Gateway['post'] = async (body, headers = client.headers) => {
    const response = await fetch(`${server.url}/idverifygr/verification`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: JSON.parse(text) }
  }
  return {
    ...server,
    pictures,
    headers: client.headers,
    clientId: client.id,
    post,
    liveness: (path) =>
      post({
        query: vendorQuery.replace('URL', path.startsWith('/') ? pictures.url + path : path),
        variables: {},
      }),
    async stop() {
      await server.stop()
      await pictures.close()
    },
  }
}

/** Path of a picture from which the stub engine reads `report`. */
export function pictureOf(report: StubReport): string {
  return `/faces?report=${encodeURIComponent(JSON.stringify(report))}`
}

function readReport(picture: Uint8Array) {
  const text = Buffer.from(picture).toString('latin1').slice(3)
  if (text === 'broken') throw new PictureError('picture_damaged')
  return stubReport(JSON.parse(text) as StubReport)
}
