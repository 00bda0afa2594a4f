import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Serves pictures on loopback, for the dialect that fetches them. */
export interface PictureServer {
  port: number
  urlOf(index: number): string
  close(): Promise<void>
}

export async function startPictureServer(pictures: readonly Buffer[]): Promise<PictureServer> {
  const server = createServer((request, response) => {
    const picture = pictures[Number(/^\/(\d+)\.jpg$/.exec(request.url ?? '')?.[1] ?? -1)]
    if (picture) response.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture)
    else response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    urlOf: (index) => `http://127.0.0.1:${port}/${index}.jpg`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
