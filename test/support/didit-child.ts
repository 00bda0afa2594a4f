/**
 * A whole server to be killed: a stub engine that sees a new person in every picture, one Didit client, one
 * webhook destination. Writes one line of JSON once it listens.
 *
 *     node --import tsx didit-child.ts <data directory> <port of the receiver>
 */
import { writeSync } from 'node:fs'
import { diditCaller, selfie } from './didit.ts'
import { startTestServer } from './server.ts'
import { stubEngine } from './stub-engine.ts'

const [dataDirectory = '', port = ''] = process.argv.slice(2)
const person = () => Float32Array.from({ length: 128 }, () => Math.random() - 0.5)
const server = await startTestServer({
  engine: stubEngine({ analyse: () => selfie({ template: person() }) }),
  dataDirectory,
  settings: { LIVEFACE_ALLOW_PRIVATE_URLS: 'true', LIVEFACE_FETCH_PORTS: port },
})
const [known] = await server.services.clients.list('didit')
let headers = {}
if (!known) {
  const caller = await diditCaller(server)
  headers = caller.headers
  await caller.send('POST', '/v3/webhook/destinations/', {
    label: 'crash',
    url: `http://127.0.0.1:${port}/hook`,
    subscribed_events: ['status.updated'],
  })
}
writeSync(1, `${JSON.stringify({ url: server.url, headers })}\n`)
