import { createServer, type IncomingHttpHeaders } from 'node:http'
import { until } from './patience.ts'

export interface Received {
  headers: IncomingHttpHeaders
  body: string
  /** Unix milliseconds. */
  at: number
}

export interface Receiver {
  url: string
  port: number
  received: Received[]
  /** Waits until `count` messages came. @throws when patience ends */
  wait(count: number): Promise<Received[]>
  stop(): Promise<void>
}

/** A receiver of webhooks on loopback. @param answer status of the nth message, or null to never answer */
export async function startReceiver(answer: (index: number) => number | null = () => 200): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const index = received.length
      received.push({
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
        at: Date.now(),
      })
      const status = answer(index)
      if (status !== null) response.writeHead(status, { location: '/elsewhere' }).end('thanks')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    async wait(count) {
      await until(
        () => received.length >= count,
        () => `The arrival of ${count} messages, ${received.length} of which came,`,
      )
      return received
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
