/** `liveface/client` against a started server. The stub engine hides what is in the pictures. */
import { execFile } from 'node:child_process'
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Liveface, type Picture, verifyReturn, verifyWebhook } from '../src/client/index.ts'
import { newSecret, webhookFormat } from '../src/dialects/liveface/webhooks.ts'
import { actedPhoto, analyseAct } from './support/acted-photo.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'
import { startWebServer } from './support/web-server.ts'

// @ts-expect-error the scripts are JavaScript without declarations
const { clientTypes, typesFile } = await import('../scripts/client-types.mjs')

let server: TestServer
let folder: string
let key: string
const picture = actedPhoto({ salt: 'client' })

beforeAll(async () => {
  server = await startTestServer({ engine: stubEngine({ analyse: analyseAct }) })
  const { headers } = await server.client('liveface')
  key = headers.Authorization!.replace('Bearer ', '')
  folder = mkdtempSync(join(tmpdir(), 'liveface-client-'))
  writeFileSync(join(folder, 'selfie.jpg'), picture)
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** @param over answers instead of the network, which it is given */
function client(over: (send: typeof fetch, attempt: number) => typeof fetch = (send) => send): Liveface {
  let attempt = 0
  const send: typeof fetch = (...args) => over(fetch, attempt++)(...args)
  return new Liveface({ baseUrl: `${server.url}/`, key, fetch: send })
}

const ids = async (person: string) => {
  const found: string[] = []
  for await (const { id } of client().checks({ person })) found.push(id)
  return found
}

it('has the types of the document that the server shows', async () => {
  const document = await (await fetch(`${server.url}/openapi/liveface.json`)).text()
  expect(readFileSync(typesFile, 'utf8')).toBe(clientTypes(document))
})

describe('a picture', () => {
  const path = () => join(folder, 'selfie.jpg')
  const shapes: Record<string, () => Picture> = {
    path: () => path(),
    'file URL': () => pathToFileURL(path()),
    blob: () => new Blob([new Uint8Array(picture)]),
    buffer: () => picture,
    'web stream': () => new Blob([new Uint8Array(picture)]).stream(),
    'Node.js stream': () => createReadStream(path()),
    'data URL': () => new URL(`data:image/jpeg;base64,${picture.toString('base64')}`),
  }

  it.each(Object.keys(shapes))('may come as a %s', async (shape) => {
    const check = await client().liveness({ picture: shapes[shape]!() })
    expect(check).toMatchObject({ verdict: 'pass', person: null })
    expect(check.pictures[0]?.sha256).toBe(analyseAct(picture).picture.sha256)
  })

  it('that its server refuses is an error before anything is asked', async () => {
    const pictures = await startWebServer((_request, response) => response.writeHead(404).end())
    const asked = client().liveness({
      picture: new URL(`http://127.0.0.1:${pictures.port}/`),
      person: 'never',
    })
    await expect(asked).rejects.toThrow('answered 404')
    await pictures.close()
    expect(await ids('never')).toEqual([])
  })
})

it('has a batch made and gives its results', async () => {
  const asked = client()
  const { id } = await asked.createBatch([
    { type: 'liveness', picture: join(folder, 'selfie.jpg'), picture_2: picture, person: 'batched' },
    { type: 'match', picture, reference: picture },
  ])
  const results = []
  for await (const result of asked.batchResults(id)) results.push(result)
  expect(results).toMatchObject([
    { line: 1, check: { type: 'liveness', person: 'batched' }, problem: null },
    { line: 2, check: { type: 'match' }, problem: null },
  ])
  expect(await asked.batch(id)).toMatchObject({ status: 'completed', completed: 2 })
  expect(await asked.cancelBatch(id)).toMatchObject({ status: 'completed', cancelled_at: null })
})

describe('a check', () => {
  it('asks each question of the API', async () => {
    const asked = client()
    expect(await asked.match({ picture, reference: picture })).toMatchObject({ type: 'match' })
    expect(await asked.age({ picture, minimum_age: 21 })).toMatchObject({
      type: 'age',
      age: { minimum_age: 21 },
    })
    expect(await asked.quality({ picture })).toMatchObject({ type: 'quality' })
  })

  it('judges several pictures of one capture', async () => {
    const check = await client().liveness({ picture, picture_2: join(folder, 'selfie.jpg') })
    expect(check.pictures.map(({ name }) => name)).toEqual(['picture', 'picture_2'])
  })

  it('is read again, and erased for good', async () => {
    const check = await client().liveness({ picture, person: 'read' })
    expect(await client().check(check.id)).toEqual(check)
    await client().erase(check.id)
    await expect(client().check(check.id)).rejects.toMatchObject({ status: 404, code: 'check_unknown' })
  })

  it('is done once when its answer was lost', async () => {
    const lossy = client((send, attempt) => async (...args) => {
      const response = await send(...args)
      if (attempt === 0) throw new TypeError('the connection broke')
      return response
    })
    const { id } = await lossy.liveness({ picture, person: 'lost' })
    expect(await ids('lost')).toEqual([id])
  })

  it('is done once when its answer broke off', async () => {
    const lossy = client((send, attempt) => async (...args) => {
      const response = await send(...args)
      if (attempt > 0) return response
      const start = new TextEncoder().encode((await response.text()).slice(0, 20))
      let pulls = 0
      const body = new ReadableStream({
        pull(controller) {
          if (pulls++ === 0) controller.enqueue(start)
          else controller.error(new TypeError('the connection broke'))
        },
      })
      return new Response(body, response)
    })
    const { id } = await lossy.liveness({ picture, person: 'broken off' })
    expect(await ids('broken off')).toEqual([id])
  })

  it.each([
    ['a connection broke', new TypeError('the connection broke'), true],
    ['a proxy lost the answer', 502, true],
    ['it was refused for now', 429, false],
    ['it was refused as the server was busy', 503, false],
  ])('that is gone after %s', async (_what, first, isErased) => {
    const answers = client((_send, attempt) => async () => {
      if (attempt > 0) return new Response('', { status: 404 })
      if (first instanceof Error) throw first
      return new Response('', { status: Number(first), headers: { 'retry-after': '0' } })
    })
    const erased = answers.erase('a-check')
    if (isErased) await expect(erased).resolves.toBeUndefined()
    else await expect(erased).rejects.toMatchObject({ status: 404 })
  })

  it('is done once by two programs with one key', async () => {
    const options = { idempotencyKey: 'order-7' }
    const [first, second] = [
      await client().liveness({ picture, person: 'order' }, options),
      await client().liveness({ picture, person: 'order' }, options),
    ]
    expect(second).toEqual(first)
    expect(await ids('order')).toEqual([first.id])
  })

  it('waits for a busy server as long as it says, and no longer than a caller does', async () => {
    const busy = (seconds: string) =>
      client((send, attempt) =>
        attempt === 0
          ? async () => new Response('', { status: 503, headers: { 'retry-after': seconds } })
          : send,
      )
    expect(await busy('0').liveness({ picture })).toMatchObject({ verdict: 'pass' })
    await expect(busy('3600').liveness({ picture })).rejects.toMatchObject({ status: 503, retryAfter: 3600 })
  })

  it.each(['before the server said that it is busy', 'while it waits'])(
    'ends when its caller gives up %s',
    async (when) => {
      const asked = new AbortController()
      let sent = 0
      const busy = client(() => async () => {
        sent++
        if (when === 'while it waits') setTimeout(() => asked.abort(), 10)
        else asked.abort()
        return new Response('', { status: 503, headers: { 'retry-after': '30' } })
      })
      const waiting = busy.liveness({ picture }, { signal: asked.signal })
      await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
      // A wait that nobody can end is over when the call is sent once more.
      expect(sent).toBe(1)
    },
  )

  it('that is refused says why, and is not sent again', async () => {
    let sent = 0
    const counted = client((send) => (...args) => {
      sent++
      return send(...args)
    })
    await expect(counted.age({ picture, minimum_age: 500 })).rejects.toMatchObject({
      name: 'LivefaceError',
      status: 422,
      code: 'fields_invalid',
      errors: [{ field: 'minimum_age' }],
      requestId: expect.any(String),
    })
    expect(sent).toBe(1)
  })
})

it('lists checks page by page', async () => {
  for (let count = 0; count < 5; count++) await client().liveness({ picture, person: 'pages' })
  const urls: string[] = []
  const narrow = client((send) => (url, init) => {
    urls.push(String(url))
    return send(String(url).replace('limit=100', 'limit=2'), init)
  })
  const found = []
  for await (const { id } of narrow.checks({ person: 'pages', type: 'liveness' })) found.push(id)
  expect(new Set(found).size).toBe(5)
  expect(found).toEqual(await ids('pages'))
  expect(urls).toHaveLength(3)
})

it('lists every check by a filter whose fields are undefined', async () => {
  const { id } = await client().liveness({ picture, person: 'undefined' })
  const filter = { type: undefined, verdict: undefined, person: 'undefined' }
  const found = []
  for await (const check of client().checks(filter)) found.push(check.id)
  expect(found).toEqual([id])
})

it('makes a session, reads it and erases it', async () => {
  const made = await client().createSession({ person: 'visitor' })
  expect(await client().session(made.id)).toMatchObject({ id: made.id, person: 'visitor', verdict: null })
  await client().eraseSession(made.id)
  await expect(client().session(made.id)).rejects.toMatchObject({ code: 'session_unknown' })
})

it('makes a webhook, lists it and deletes it', async () => {
  const url = 'https://example.com/liveface'
  const made = await client().createWebhook({ url, events: ['session.completed'] })
  expect(made.secret).toMatch(/^whsec_/)
  expect((await client().webhooks()).map(({ id }) => id)).toEqual([made.id])
  const rotated = await client().rotateWebhookSecret(made.id, { previous_for: 60 })
  expect(rotated).toMatchObject({ id: made.id, secret: expect.stringMatching(/^whsec_/) })
  expect(rotated.secret).not.toBe(made.secret)
  await client().deleteWebhook(made.id)
  expect(await client().webhooks()).toEqual([])
})

it('a check is submitted, and its result waited for', async () => {
  const asked = client()
  const callback_url = 'https://example.com/submitted'
  const { id } = await asked.createWebhook({ url: callback_url, events: ['check.completed'] })
  const pending = await asked.submit('liveness', { picture, callback_url, person: 'later' })
  expect(pending).toMatchObject({ status: 'pending', person: 'later' })
  expect(await asked.result(pending.id)).toMatchObject({ id: pending.id, verdict: 'pass', person: 'later' })
  await asked.deleteWebhook(id)
})

it('a person is enrolled, found, changed, given out and erased', async () => {
  const asked = client()
  const person = 'person/1 ü'
  const { face } = await asked.enrol({ picture, person, consent: 'form-7' })
  expect(await asked.searchPeople({ picture, limit: 1 })).toMatchObject([{ person, face, same: true }])
  expect(await asked.changePerson(person, { list: 'allow' })).toMatchObject({ list: 'allow' })
  const allowed: string[] = []
  for await (const one of asked.people({ list: 'allow' })) allowed.push(one.person)
  expect(allowed).toEqual([person])
  expect(await asked.exportPerson(person)).toMatchObject({ person, tables: { people: [{ person }] } })
  await asked.eraseFace(person, face)
  expect(await asked.person(person)).toMatchObject({ consent: 'form-7', faces: [] })
  expect(await asked.erasePerson(person)).toMatchObject({ faces: 0 })
  await expect(asked.person(person)).rejects.toMatchObject({ code: 'person_unknown' })
})

describe('a webhook’s message', () => {
  const secrets = { current: newSecret(), previous: newSecret() }
  const now = Date.parse('2026-01-02T03:04:05Z')
  const event = { id: 'event-1', type: 'session.completed', createdAt: now, payload: { id: 'ü' } }
  const { body: sent, headers } = webhookFormat.message({ event, secrets, now } as never)
  const body = String(sent)

  it.each(['current', 'previous'] as const)('is read with the %s secret, as text or bytes', async (which) => {
    const message = { type: 'session.completed', timestamp: '2026-01-02T03:04:05.000Z', data: { id: 'ü' } }
    expect(await verifyWebhook(body, headers, secrets[which], { now })).toEqual(message)
    expect(await verifyWebhook(Buffer.from(body), new Headers(headers), secrets[which], { now })).toEqual(
      message,
    )
  })

  it('is read with one of several secrets', async () => {
    const read = (...given: string[]) => verifyWebhook(body, headers, given, { now })
    expect(await read(newSecret(), secrets.previous)).toMatchObject({ type: 'session.completed' })
    await expect(read(newSecret(), newSecret())).rejects.toThrow('not signed')
    await expect(read()).rejects.toThrow('not signed')
  })

  it.each(['', 'whsec_', 'whsec_...', 'whsec_AAAA'])(
    'is not read with %j for a secret, also beside the right one',
    async (secret) => {
      const { headers: forged } = webhookFormat.message({
        event,
        secrets: { current: secret, previous: null },
        now,
      } as never)
      for (const given of [secret, [secrets.current, secret], [secret, secrets.current]]) {
        for (const sent of [headers, forged]) {
          await expect(verifyWebhook(body, sent, given, { now })).rejects.toThrow('24 bytes in base64')
        }
      }
      await expect(verifyReturn('/back?liveface_session=a', '')).rejects.toThrow('empty')
    },
  )

  it('is refused when it is changed, old, early, unsigned or another’s', async () => {
    const verify = (...args: Partial<Parameters<typeof verifyWebhook>>) =>
      verifyWebhook(args[0] ?? body, args[1] ?? headers, args[2] ?? secrets.current, args[3] ?? { now })
    await expect(verify(body.replace('ü', 'u'))).rejects.toThrow('not signed with this secret')
    await expect(verify(body, { ...headers, 'webhook-id': 'event-2' })).rejects.toThrow('not signed')
    await expect(verify(body, headers, newSecret())).rejects.toThrow('not signed')
    await expect(verify(body, { ...headers, 'webhook-signature': 'v1,!' })).rejects.toThrow('not signed')
    await expect(verify(body, headers, secrets.current, { now: now + 301_000 })).rejects.toThrow('too old')
    await expect(verify(body, headers, secrets.current, { now: now - 301_000 })).rejects.toThrow('too old')
    await expect(verify(body, { ...headers, 'webhook-timestamp': 'x' })).rejects.toThrow('too old')
    await expect(verify(body, {})).rejects.toThrow('no signature')
  })
})

it('is used as its guide says', async () => {
  const guide = readFileSync('docs/guides/clients.md', 'utf8')
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(guide) ?? []
  const entry = pathToFileURL(resolve('src/client/index.ts')).href
  const program = join(folder, 'guide.mts')
  writeFileSync(program, code.replace('liveface/client', entry))
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), program],
    { cwd: folder, env: { ...process.env, LIVEFACE_URL: server.url, LIVEFACE_KEY: key } },
  )
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^pass 0\.95 \[\]\n[0-9a-f-]{36} pass\n$/)
  expect(await ids('person-81')).toEqual([])
})
