/**
 * A whole server to be killed: a stub engine that sees a new person in every picture, one client of each dialect,
 * two webhook destinations. Writes one line of JSON once it listens, and warnings to standard error.
 *
 *     node --import tsx child.ts <JSON: ChildOrders>
 */
import { createHash } from 'node:crypto'
import { writeSync } from 'node:fs'
import { Writable } from 'node:stream'
import { analyseAct } from '../acted-photo.ts'
import { selfie } from '../didit.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { stubEngine } from '../stub-engine.ts'
import { balance, type Callers, type ChildOrders, endless } from './orders.ts'

const orders: ChildOrders = JSON.parse(process.argv[2] ?? '')

/** Of unit length and, for two pictures, as good as at right angles. */
function personIn(picture: Uint8Array): Float32Array {
  const bits = createHash('shake256', { outputLength: 128 }).update(picture).digest()
  return Float32Array.from(bits, (byte) => byte - 127.5)
}

const server = await startTestServer({
  engine: stubEngine({
    analyse: (picture) => {
      if (Buffer.from(picture).includes(endless)) return new Promise(() => {})
      return picture[4] === '{'.charCodeAt(0) ? analyseAct(picture) : selfie({ template: personIn(picture) })
    },
  }),
  dataDirectory: orders.dataDirectory,
  logStream: new Writable({
    write(chunk, _encoding, done) {
      writeSync(2, chunk)
      done()
    },
  }),
  settings: {
    LIVEFACE_LOG_LEVEL: 'warn',
    LIVEFACE_ALLOW_PRIVATE_URLS: 'true',
    LIVEFACE_FETCH_PORTS: String(orders.port),
    LIVEFACE_EVIDENCE: 'true',
    LIVEFACE_RATE_PER_CLIENT: '10000000',
    LIVEFACE_RATE_PER_IP: '10000000',
    ...(orders.databaseUrl ? { LIVEFACE_DATABASE_URL: orders.databaseUrl } : {}),
  },
})
const callers = orders.isFirst ? await makeCallers(server) : null
writeSync(1, `${JSON.stringify({ url: server.url, callers })}\n`)

async function makeCallers({ url, client }: TestServer): Promise<Callers> {
  const settings = { ratePerMinute: 10_000_000 }
  const callers: Callers = {}
  for (const dialect of ['cashfree', 'didit', 'indiconnect', 'verifyhq']) {
    callers[dialect] = await client(dialect, { environment: 'production', settings, balance })
  }
  const { didit, verifyhq } = callers
  const hook = `http://127.0.0.1:${orders.port}`
  await send(`${url}/v3/webhook/destinations/`, didit!.headers, {
    label: 'crash',
    url: `${hook}/didit`,
    subscribed_events: ['status.updated'],
  })
  await send(`${url}/v1/webhooks/configure`, verifyhq!.headers, {
    clientId: verifyhq!.id,
    callbackUrl: `${hook}/verifyhq`,
    events: ['liveness.passed', 'liveness.failed'],
  })
  return callers
}

async function send(url: string, headers: Record<string, string>, body: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
}
