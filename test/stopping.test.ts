import { Agent, request } from 'node:http'
import { expect, it } from 'vitest'

import { jpeg } from './support/didit.ts'
import { until } from './support/patience.ts'
import { startTestServer } from './support/server.ts'
import { stubEngine, stubReport } from './support/stub-engine.ts'

it('a server that stops waits for the answers under way, and not for the connections they came over', async () => {
  let begun = () => {}
  let goOn = () => {}
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve
  })
  const mayGoOn = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const server = await startTestServer({
    engine: stubEngine({
      analyse: async () => {
        begun()
        await mayGoOn
        return stubReport()
      },
    }),
  })
  const { headers } = await server.client('cashfree')
  const agent = new Agent({ keepAlive: true })
  const boundary = 'x'
  const answer = new Promise<{ status: number | undefined; connection: string | undefined }>((resolve) => {
    const sent = request(`${server.url}/verification/face-liveness`, {
      agent,
      method: 'POST',
      headers: { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` },
    })
    sent.on('response', (response) => {
      response.resume()
      response.on('end', () =>
        resolve({ status: response.statusCode, connection: response.headers.connection }),
      )
    })
    const part = (name: string) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"`
    sent.write(`${part('verification_id')}\r\n\r\nstopping\r\n${part('image')}; filename="a.jpg"\r\n\r\n`)
    sent.write(jpeg)
    sent.end(`\r\n--${boundary}--\r\n`)
  })
  await isBegun
  const stopped = server.stop()
  const isStopping = () =>
    fetch(`${server.url}/healthz`).then(
      ({ status }) => status === 503,
      () => true,
    )
  await until(isStopping)
  goOn()
  expect(await answer).toEqual({ status: 200, connection: 'close' })
  // The connection is kept open by the caller: a stop that waited for it would not end.
  await stopped
  agent.destroy()
})
