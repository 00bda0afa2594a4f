import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** Serves pictures on loopback, for the dialect that fetches them. */
export interface PictureServer {
  port: number
  urlOf(index: number): string
  close(): Promise<void>
}

/**
 * Answers one GET for each connection with bytes made beforehand: it runs beside the server on the same cores, and what
 * an HTTP server of Node takes for the same would count against it.
 */
export async function startPictureServer(pictures: readonly Buffer[]): Promise<PictureServer> {
  const answers = pictures.map((picture) => {
    const head = `HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\ncontent-length: ${picture.length}\r\nconnection: close\r\n\r\n`
    return Buffer.concat([Buffer.from(head), picture])
  })
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    let request = ''
    socket.on('data', (chunk) => {
      request += chunk.toString('latin1')
      if (!request.endsWith('\r\n\r\n')) return
      const answer = answers[Number(/^GET \/(\d+)\.jpg /.exec(request)?.[1] ?? -1)]
      socket.end(answer ?? 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    urlOf: (index) => `http://127.0.0.1:${port}/${index}.jpg`,
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
