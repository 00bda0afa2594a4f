/** What the page makes of answers. The server is a stub: it hides whether Liveface answers so (src/pages/capture-api.test.ts). */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { createCaptureApi } from './api.ts'

/** @returns the calls of a page to a server that answers all of them alike */
async function callsAnswered(status: number, body: object) {
  const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(body)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return createCaptureApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

const link = 'x'.repeat(32)

it('nobody asks at a server that is older than the welcome, as during an upgrade', async () => {
  const older = await callsAnswered(404, { statusCode: 404, error: 'Not Found', message: 'Not Found' })
  const nobody = { name: null, logo: null, accentColor: null, consent: null }
  expect(await older.readWelcome(link, null)).toEqual(nobody)
  await expect(older.openLink(link, null)).rejects.toMatchObject({ code: 'call_unknown' })
})

it.each([
  [404, { code: 'challenge_unknown' }, 'challenge_unknown'],
  [410, { code: 'link_unknown' }, 'link_unknown'],
  [500, {}, 'internal'],
])('a welcome refused by %i %j is a failure', async (status, body, code) => {
  const calls = await callsAnswered(status, body)
  await expect(calls.readWelcome(link, null)).rejects.toMatchObject({ code })
})
