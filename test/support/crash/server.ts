/**
 * The server of the crash tests, with one client of each dialect. Its engine is a stub that sees a new person in every
 * picture, which hides the workers and their nets, unless the orders ask for the real one.
 */
import { createHash } from 'node:crypto'
import { analyseAct, isActed } from '../acted-photo.ts'
import { selfie } from '../didit.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { stubEngine } from '../stub-engine.ts'
import { balance, type Callers, type ChildOrders, endless } from './orders.ts'

/** Of unit length and, for two pictures, as good as at right angles. */
function personIn(picture: Uint8Array): Float32Array {
  const bits = createHash('shake256', { outputLength: 128 }).update(picture).digest()
  return Float32Array.from(bits, (byte) => byte - 127.5)
}

export function startCrashServer(
  { dataDirectory, port, databaseUrl, realEngine, settings }: Omit<ChildOrders, 'isFirst'>,
  logStream: NodeJS.WritableStream,
): Promise<TestServer> {
  return startTestServer({
    ...(realEngine ? {} : { engine: inventor() }),
    dataDirectory,
    logStream,
    settings: {
      LIVEFACE_LOG_LEVEL: 'warn',
      LIVEFACE_ALLOW_PRIVATE_URLS: 'true',
      LIVEFACE_FETCH_PORTS: String(port),
      LIVEFACE_EVIDENCE: 'true',
      LIVEFACE_RATE_PER_CLIENT: '10000000',
      LIVEFACE_RATE_PER_IP: '10000000',
      ...(databaseUrl ? { LIVEFACE_DATABASE_URL: databaseUrl } : {}),
      ...(realEngine ? workerSettings : {}),
      ...settings,
    },
  })
}

/** Of the real engine, for a machine that has more to do: a picture waits rather than be refused. */
const workerSettings = {
  LIVEFACE_WORKERS: '2',
  LIVEFACE_WORKER_MEMORY_MB: '1024',
  LIVEFACE_PICTURE_TIMEOUT_MS: '10000',
  LIVEFACE_QUEUE_WAIT_MS: '10000',
}

function inventor() {
  return stubEngine({
    analyse: (picture) => {
      if (Buffer.from(picture).includes(endless)) return new Promise(() => {})
      return isActed(picture) ? analyseAct(picture) : selfie({ template: personIn(picture) })
    },
  })
}

/** Makes the clients, and two destinations of webhooks on this port. */
export async function makeCallers({ url, client }: TestServer, port: number): Promise<Callers> {
  const settings = { ratePerMinute: 10_000_000 }
  const callers: Callers = {}
  for (const dialect of ['cashfree', 'didit', 'indiconnect', 'liveface', 'verifyhq']) {
    callers[dialect] = await client(dialect, { environment: 'production', settings, balance })
  }
  const { didit, verifyhq } = callers
  const hook = `http://127.0.0.1:${port}`
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
