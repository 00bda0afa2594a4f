import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface WebServer {
  port: number
  /** Base URL without a slash at the end. */
  url: string
  /** Method and path of every request so far. */
  requests: string[]
  close(): Promise<void>
}

/**
 * A real HTTP server.
 * @param address any of 127.0.0.0/8 is this machine on Linux, so one test can have several "hosts"
 * @param port 0 picks a free one
 */
export async function startWebServer(
  listener: RequestListener,
  { address = '127.0.0.1', port = 0 }: { address?: string; port?: number } = {},
): Promise<WebServer> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    listener(request, response)
  })
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(port, address, listening)
  })
  const actual = (server.address() as AddressInfo).port
  return {
    port: actual,
    url: `http://${address}:${actual}`,
    requests,
    close() {
      server.closeAllConnections()
      return new Promise((closed) => server.close(() => closed()))
    },
  }
}
