/** A stub stands for the services: nobody gets as far as one. The socket is real. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import fastify from 'fastify'
import { expect, it, vi } from 'vitest'
import { readConfig } from '../config/index.ts'
import { type LivefaceServer, listen } from './index.ts'

it('a port that another program has is named with what to do, and the server is closed', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const app = fastify()
  const close = vi.fn(() => app.close())
  const server = { app, close } as unknown as LivefaceServer
  await expect(listen(server, readConfig({ PORT: String(port) }))).rejects.toThrow(
    `Another program listens on 127.0.0.1, port ${port}. Stop it, or set PORT.`,
  )
  expect(close).toHaveBeenCalledOnce()
  other.close()
})
