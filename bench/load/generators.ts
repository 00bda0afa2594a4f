/** Two ways to load a server: callers who wait for each answer, and callers who come when they come. */
import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import autocannon from 'autocannon'
import { Agent, request } from 'undici'
import { seededRandom } from './statistics.ts'
import type { Shot, Verdict, Workload } from './workload.ts'

/** One request as it ended. */
export interface Hit {
  verdict: Verdict | 'failed'
  /** HTTP status; 0 without an answer. */
  status: number
  /** Milliseconds from when the caller came to when it had its answer. */
  milliseconds: number
  /** performance.now() when the caller came, and at the answer. */
  came: number
  at: number
}

/** Some seconds of requests that arrive at one rate, per second. */
export interface Phase {
  rate: number
  seconds: number
}

interface Context {
  shot?: Shot
  sentAt?: number
}

/** `connections` callers, each of whom sends the next request when the last is answered. Runs until `until` resolves. */
export async function closedLoad(
  url: string,
  workload: Workload,
  connections: number,
  seconds: number,
): Promise<Hit[]> {
  const hits: Hit[] = []
  const instance = autocannon({
    url,
    connections,
    duration: seconds,
    timeout: 60,
    requests: [
      {
        method: 'POST',
        setupRequest(given, context: Context) {
          const shot = workload.next()
          context.shot = shot
          context.sentAt = performance.now()
          return { ...given, path: shot.path, headers: shot.headers, body: shot.body }
        },
        onResponse(status, text, context: Context, headers) {
          if (!context.shot) return
          const at = performance.now()
          const verdict = context.shot.judge({ status, text, headers: lowerCase(headers ?? {}) })
          const came = context.sentAt!
          hits.push({ verdict, status, milliseconds: at - came, came, at })
        },
      },
    ],
  })
  const { errors, timeouts } = await instance
  for (let failed = 0; failed < errors + timeouts; failed++) {
    const at = performance.now()
    hits.push({ verdict: 'failed', status: 0, milliseconds: Number.NaN, came: at, at })
  }
  return hits
}

/**
 * Requests that arrive at random moments (a Poisson process), whether or not earlier ones are answered; waiting for a
 * connection counts. autocannon's own rate sends each second's requests in one burst at its beginning, which no crowd
 * of callers does.
 */
export async function openLoad(
  url: string,
  workload: Workload,
  phases: readonly Phase[],
  seed = 1,
): Promise<Hit[]> {
  const random = seededRandom(seed)
  const agent = new Agent({ connections: 1024, pipelining: 1, headersTimeout: 60_000, bodyTimeout: 60_000 })
  const hits: Hit[] = []
  const under: Promise<void>[] = []
  let from = performance.now()
  for (const { rate, seconds } of phases) {
    const end = from + 1000 * seconds
    let due = from
    for (;;) {
      due += (-1000 / rate) * Math.log(1 - random())
      if (due > end) break
      const wait = due - performance.now()
      if (wait > 1) await sleep(wait)
      under.push(shoot(url, workload.next(), due, agent, hits))
    }
    from = end
  }
  await Promise.all(under)
  await agent.close()
  return hits
}

async function shoot(url: string, shot: Shot, due: number, dispatcher: Agent, hits: Hit[]): Promise<void> {
  const { path, headers, body } = shot
  try {
    const response = await request(url + path, { method: 'POST', headers, body, dispatcher })
    const text = await response.body.text()
    const at = performance.now()
    const { statusCode: status } = response
    const verdict = shot.judge({ status, text, headers: response.headers as IncomingHttpHeaders })
    hits.push({ verdict, status, milliseconds: at - due, came: due, at })
  } catch {
    const at = performance.now()
    hits.push({ verdict: 'failed', status: 0, milliseconds: at - due, came: due, at })
  }
}

/** One request by itself, to learn what the right answer is. */
export async function singleShot(url: string, shot: Shot): Promise<Hit> {
  const hits: Hit[] = []
  const agent = new Agent()
  await shoot(url, shot, performance.now(), agent, hits)
  await agent.close()
  return hits[0]!
}

function lowerCase(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
