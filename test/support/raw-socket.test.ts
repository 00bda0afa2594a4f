import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, it } from 'vitest'
import { sendRaw } from './raw-socket.ts'

it('a server that cuts the connection is an end like any other, with what it said before', async () => {
  const server = createServer((socket) => {
    socket.write('HTTP/1.1 408 Request Timeout\r\n\r\n', () => setTimeout(() => socket.resetAndDestroy(), 50))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    const { status } = await sendRaw((server.address() as AddressInfo).port, 'POST / HTTP/1.1\r\n')
    expect(status).toBe(408)
  } finally {
    server.close()
  }
})
