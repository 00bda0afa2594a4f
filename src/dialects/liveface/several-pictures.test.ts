/**
 * Liveness of several pictures of one capture: real requests. A stub engine sees what each photo was made to show, which hides
 * the nets, the queue and the workers; the last test has them.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Act, actedPhoto, analyseAct } from '../../../test/support/acted-photo.ts'
import { form, type Part } from '../../../test/support/form.ts'
import { patience, until } from '../../../test/support/patience.ts'
import { portrait } from '../../../test/support/pictures.ts'
import { startTestServer, type TestServer } from '../../../test/support/server.ts'
import { stubEngine } from '../../../test/support/stub-engine.ts'

let server: TestServer
let headers: Record<string, string>
let analysed = 0
beforeAll(async () => {
  const analyse = (picture: Uint8Array) => {
    analysed++
    return analyseAct(picture)
  }
  server = await startTestServer({
    engine: stubEngine({ analyse }),
    settings: { LIVEFACE_RATE_PER_IP: '1000000' },
  })
  headers = (await server.client('liveface')).headers
})
afterAll(() => server.stop())

async function send(
  method: string,
  path: string,
  body?: FormData | string,
  more: Record<string, string> = {},
) {
  const init = body === undefined ? {} : { body }
  const sent = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { ...headers, ...more },
    ...init,
  })
  const text = await sent.text()
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  return { status: sent.status, text, body: (text.startsWith('{"line"') ? null : JSON.parse(text)) as any }
}

const names = ['picture', 'picture_2', 'picture_3', 'picture_4']
const partsOf = (acts: readonly Act[]): Record<string, Part> =>
  Object.fromEntries(acts.map((act, at) => [names[at], actedPhoto(act)]))
const judge = (...acts: Act[]) => send('POST', '/liveness', form(partsOf(acts)))

describe('several pictures of one capture', () => {
  it('are judged together, by the mean of their log-odds', async () => {
    const { status, body } = await judge(
      { liveness: 0.9 },
      { liveness: 0.6 },
      { liveness: 0.3 },
      { liveness: 0.9 },
    )
    expect(status).toBe(200)
    expect(body).toMatchObject({ verdict: 'pass', reasons: [], warnings: [] })
    const odds = 9 * 1.5 * (3 / 7) * 9
    expect(body.probability).toBeCloseTo(odds ** 0.25 / (1 + odds ** 0.25), 3)
    expect(body.pictures.map(({ name }: { name: string }) => name)).toEqual(names)
    // At the console too.
    const noted = server.database
      .selectFrom('checks')
      .select(['liveness', 'verdict'])
      .where('id', '=', body.id)
    const { liveness, verdict } = await noted.executeTakeFirstOrThrow()
    expect(liveness).toBeCloseTo(body.probability, 3)
    expect(verdict).toBe('pass')
  })

  it('do not pass by their best one', async () => {
    expect((await judge({ liveness: 0.9 }, { liveness: 0.02 }, { liveness: 0.1 })).body).toMatchObject({
      verdict: 'fail',
      reasons: [{ code: 'spoof_suspected', picture: 'picture_2' }],
    })
  })

  it('must show one person, alone', async () => {
    expect((await judge({}, {}, { person: 1 })).body).toMatchObject({
      verdict: 'fail',
      reasons: [{ code: 'different_people', picture: null }],
    })
    expect((await judge({}, { faces: 2 })).body).toMatchObject({
      verdict: 'fail',
      reasons: [{ code: 'several_faces', picture: 'picture_2' }],
    })
  })

  it('are judged without those that show no face, while there is another', async () => {
    expect((await judge({ faces: 0 }, { liveness: 0.9 })).body).toMatchObject({
      ...{ verdict: 'pass', probability: 0.9, reasons: [] },
      warnings: [{ code: 'no_face', picture: 'picture' }],
    })
    expect((await judge({ faces: 0 }, { faces: 0 })).body).toMatchObject({
      ...{ verdict: 'fail', probability: null },
      reasons: [
        { code: 'no_face', picture: 'picture' },
        { code: 'no_face', picture: 'picture_2' },
      ],
    })
  })

  it('come in JSON and in batches too', async () => {
    const inJson = Object.fromEntries(
      Object.entries(partsOf([{}, {}])).map(([name, bytes]) => [name, (bytes as Buffer).toString('base64')]),
    )
    const json = { 'content-type': 'application/json' }
    const { body } = await send('POST', '/liveness', JSON.stringify(inJson), json)
    expect(body).toMatchObject({ verdict: 'pass', pictures: [{}, { name: 'picture_2' }] })
    const line = JSON.stringify({ type: 'liveness', ...inJson })
    const batch = await send('POST', '/batches', line, { 'content-type': 'application/x-ndjson' })
    expect(batch.status).toBe(202)
    const isDone = async () => (await send('GET', `/batches/${batch.body.id}`)).body.status === 'completed'
    await until(isDone, 'The batch')
    const { text } = await send('GET', `/batches/${batch.body.id}/results`)
    expect(JSON.parse(text).check.pictures).toMatchObject([{ name: 'picture' }, { name: 'picture_2' }])
  })

  it('belong to what an idempotency key stands for', async () => {
    const key = { 'idempotency-key': 'capture-1' }
    const parts = partsOf([{}, {}, {}])
    const first = await send('POST', '/liveness', form(parts), key)
    expect((await send('POST', '/liveness', form(parts), key)).body).toEqual(first.body)
    const { picture_2: second, ...others } = parts
    const moved = { ...others, picture_4: second! }
    expect((await send('POST', '/liveness', form(moved), key)).body.code).toBe('idempotency_key_reused')
  })

  it('are refused by the name of the one at fault', async () => {
    const refusals: [string, Record<string, Part>, string][] = [
      ['picture_unreadable', partsOf([{}, {}, { broken: true }]), 'picture_3'],
      ['picture_type_unsupported', { ...partsOf([{}]), picture_2: Buffer.from('hello') }, 'picture_2'],
      ['fields_invalid', { ...partsOf([{}]), picture_5: actedPhoto() }, 'picture_5'],
      ['fields_invalid', { picture_2: actedPhoto() }, 'picture'],
    ]
    for (const [code, parts, field] of refusals) {
      const { body } = await send('POST', '/liveness', form(parts))
      expect(body).toMatchObject({ code, errors: [{ field }] })
    }
    // None of those after it is measured for nobody, once its call is answered.
    analysed = 0
    await judge({ broken: true }, {}, {}, {})
    expect(analysed).toBe(1)
    const pair = { ...partsOf([{}, {}]), reference: actedPhoto() }
    expect((await send('POST', '/match', form(pair))).body.errors).toMatchObject([{ field: 'picture_2' }])
  })

  it('are measured where no picture but the first has room before a single worker, waited for or not', async () => {
    const real = await startTestServer({
      settings: {
        ...{ LIVEFACE_WORKERS: '1', LIVEFACE_QUEUE: '0' },
        ...{ LIVEFACE_ALLOW_PRIVATE_URLS: 'true', LIVEFACE_FETCH_PORTS: '9' },
      },
    })
    try {
      const { headers } = await real.client('liveface')
      const one = await portrait('personA')
      const post = async (path: string, parts: Record<string, Part>) => {
        const sent = await fetch(`${real.url}/api/v1${path}`, { method: 'POST', headers, body: form(parts) })
        // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
        return { status: sent.status, body: (await sent.json()) as any }
      }
      const hook = { url: 'http://127.0.0.1:9/', events: ['check.completed'] }
      await fetch(`${real.url}/api/v1/webhooks`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(hook),
      })
      const four = Object.fromEntries(names.map((name) => [name, one]))
      const waited = await post('/liveness', four)
      expect(waited).toMatchObject({ status: 200, body: { pictures: [{}, {}, {}, {}] } })
      expect((await post('/match', { picture: one, reference: one })).status).toBe(200)
      const accepted = await post('/liveness', { ...four, callback_url: hook.url })
      expect(accepted.status).toBe(202)
      const read = () => fetch(`${real.url}/api/v1/checks/${accepted.body.id}`, { headers })
      // Looked at seldom: the only worker, of lower priority, shares the processors with whoever asks.
      const pace = { interval: 200, timeout: patience.poll }
      await expect.poll(async () => (await read()).status, pace).toBe(200)
      expect(await (await read()).json()).toMatchObject({ pictures: [{}, {}, {}, {}] })
    } finally {
      await real.stop()
    }
  })
})

describe('what a picture does not show of a person before a camera', () => {
  it('is named where no camera took the face', async () => {
    expect((await judge({ liveness: 0.02, drawn: true })).body).toMatchObject({
      verdict: 'fail',
      reasons: [{ code: 'not_a_photograph', picture: 'picture' }],
    })
    expect((await judge({ liveness: 0.35, drawn: true })).body).toMatchObject({
      verdict: 'review',
      reasons: [{ code: 'near_threshold' }, { code: 'not_a_photograph', picture: 'picture' }],
    })
  })

  it('is nothing to say where no client asks for the marks of a camera', async () => {
    const { body } = await judge({}, { camera: true })
    expect(body).toMatchObject({ verdict: 'pass', reasons: [], warnings: [] })
    expect(body.pictures).toMatchObject([
      { camera_marks: [] },
      { camera_marks: ['camera_named', 'size_kept', 'finely_saved'] },
    ])
  })

  it('is not missed in a check that was answered before marks were looked for', async () => {
    const { body } = await judge({ camera: true })
    const before = structuredClone(body)
    delete before.pictures[0].camera_marks
    const { database } = server.services
    const stored = { result: JSON.stringify(before) }
    await database.updateTable('checks').set(stored).where('id', '=', body.id).execute()
    expect(await send('GET', `/checks/${body.id}`)).toMatchObject({ status: 200, body: before })
  })

  it('is a warning or a refusal where a client does, of each picture without them', async () => {
    const asking = async (settings: object) => {
      const { headers } = await server.client('liveface', { settings } as never)
      return async (...acts: Act[]) =>
        (await send('POST', '/liveness', form(partsOf(acts)), headers as Record<string, string>)).body
    }
    const warned = await asking({ warnUnverified: true })
    const unverified = { code: 'unverified_capture', picture: 'picture_2' }
    expect(await warned({ camera: true }, {})).toMatchObject({ verdict: 'pass', warnings: [unverified] })
    const refused = await asking({ refuseUnverified: true })
    expect(await refused({ camera: true }, {})).toMatchObject({ verdict: 'fail', reasons: [unverified] })
    expect(await refused({ camera: true })).toMatchObject({ verdict: 'pass', reasons: [] })
  })
})
