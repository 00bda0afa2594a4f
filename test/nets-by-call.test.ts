/**
 * Which nets run for which call. Server, dialects, decoding and nets are real; the nets run in this process, which hides
 * the worker processes: nobody could look into those.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DialectName, dialects } from '../src/dialects/index.ts'
import { cosine, similarity } from '../src/engine/index.ts'
import { livenessNetNames } from '../src/engine/liveness/index.ts'
import { type ModelSessions, type NetName, openSessions } from '../src/engine/models/index.ts'
import { createPipeline, type Pipeline } from '../src/engine/pipeline.ts'
import { pipelineNets } from '../src/engine/pipeline-nets.ts'
import { traitNetNames } from '../src/engine/traits/index.ts'
import type { AnalyseOptions, Engine } from '../src/engine/types.ts'
import { form } from './support/form.ts'
import { portrait, samplePhotograph } from './support/pictures.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'
import { startWebServer, type WebServer } from './support/web-server.ts'

/** Columns of the table in docs/speed.md, each with a net that runs for nothing else. */
const parts = {
  template: 'face-recognition',
  age: 'age-gender',
  traits: 'traits',
  liveness: 'pad-drawn',
} as const
const document = readFileSync(new URL('../docs/speed.md', import.meta.url), 'utf8')
const [, table = ''] = /<!-- nets-by-call -->\n(.*?)<!-- \/nets-by-call -->/s.exec(document) ?? []

let sessions: ModelSessions
let pipeline: Pipeline
let ran: NetName[] = []
let measured = 0
let server: TestServer
let pictures: WebServer
let picture: Buffer
const headers = {} as Record<DialectName, Record<string, string>>

beforeAll(async () => {
  picture = await portrait('personA')
  sessions = await openSessions(pipelineNets)
  pipeline = createPipeline({
    ...sessions,
    run: (name, input) => {
      ran.push(name)
      return sessions.run(name, input)
    },
  })
  pictures = await startWebServer((_request, response) => response.end(picture))
  server = await startTestServer({
    engine: engineHere(),
    settings: { LIVEFACE_ALLOW_PRIVATE_URLS: 'true', LIVEFACE_FETCH_PORTS: String(pictures.port) },
  })
  for (const { name } of dialects) {
    headers[name as DialectName] = (await server.client(name, { environment: 'production' })).headers
  }
})
afterAll(async () => {
  await server.stop()
  await pictures.close()
  await sessions.close()
})

function engineHere(): Engine {
  const analyse = (bytes: Uint8Array, { signal: _, ...call }: AnalyseOptions = {}) => {
    measured++
    return pipeline.analyse(bytes, call)
  }
  return {
    ...stubEngine(),
    analyse,
    async compare(one, other, call = {}) {
      const want = { ...call.want, template: true }
      const first = await analyse(one, { ...call, want })
      const second = await analyse(other, { ...call, want })
      const between = cosine(first.subject!.template!, second.subject!.template!)
      return { first, second, cosine: between, similarity: similarity(between) }
    },
  }
}

async function call(dialect: DialectName, path: string, body?: object): Promise<unknown> {
  const isForm = body instanceof FormData
  const response = await fetch(server.url + path, {
    method: body ? 'POST' : 'GET',
    headers: { ...headers[dialect], ...(body && !isForm ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  expect(response.ok, `${path}: ${text}`).toBe(true)
  return JSON.parse(text)
}

const verify = (input: string) =>
  call('indiconnect', '/idverifygr/verification', {
    query: `mutation { verify(input: { ${input} }) { ok message error { message } } }`,
  })
const opened = async () => {
  const session = await call('verifyhq', '/v1/verifications/liveness/session', { userId: 'user' })
  return session as { sessionToken: string; challenges: { id: string }[] }
}

/** Every call that measures pictures, by its name in the table, on pictures of one face. */
const calls: Record<string, () => Promise<unknown>> = {
  'Cashfree face-liveness': () =>
    call('cashfree', '/verification/face-liveness', form({ verification_id: 'a1', image: picture })),
  'Cashfree face-match': () =>
    call(
      'cashfree',
      '/verification/face-match',
      form({ verification_id: 'a2', first_image: picture, second_image: picture }),
    ),
  'Cashfree liveliness': () =>
    call('cashfree', '/verification/liveliness', form({ verification_id: 'a3', image: picture })),
  'Didit passive-liveness': () => call('didit', '/v3/passive-liveness/', form({ user_image: picture })),
  'Didit face-match': () =>
    call('didit', '/v3/face-match/', form({ user_image: picture, ref_image: picture })),
  'Didit face-search': () => call('didit', '/v3/face-search/', form({ user_image: picture })),
  'Didit age-estimation': () => call('didit', '/v3/age-estimation/', form({ user_image: picture })),
  'Didit lists, face-upload': async () => {
    const { results } = (await call('didit', '/v3/lists/')) as { results: { uuid: string }[] }
    const image = picture.toString('base64')
    return call('didit', `/v3/lists/${results[0]!.uuid}/entries/face-upload/`, { image })
  },
  'IndiConnect Face Liveness Passive': () =>
    verify(`documentType: "Face Liveness Passive" url: "${pictures.url}/1"`),
  'IndiConnect Face Match': () =>
    verify(`documentType: "Face Match" url1: "${pictures.url}/1" url2: "${pictures.url}/2"`),
  'VerifyHQ challenge': async () => {
    const { sessionToken, challenges } = await opened()
    const fields = { sessionToken, challengeId: challenges[0]!.id, photo: picture }
    return call('verifyhq', '/v1/verifications/liveness/challenge', form(fields))
  },
  'VerifyHQ reference-selfie': async () => {
    const { sessionToken } = await opened()
    return call(
      'verifyhq',
      '/v1/verifications/liveness/reference-selfie',
      form({ sessionToken, selfie: picture }),
    )
  },
  'Liveface liveness': () => call('liveface', '/api/v1/liveness', form({ picture })),
  'Liveface liveness, several pictures': () =>
    call('liveface', '/api/v1/liveness', form({ picture, picture_2: picture })),
  'Liveface match': () => call('liveface', '/api/v1/match', form({ picture, reference: picture })),
  'Liveface age': () => call('liveface', '/api/v1/age', form({ picture })),
  'Liveface quality': () => call('liveface', '/api/v1/quality', form({ picture })),
  'Liveface people, enrolling': () => call('liveface', '/api/v1/people', form({ person: 'anna', picture })),
  'Liveface people, searching': () => call('liveface', '/api/v1/people/search', form({ picture })),
}

const cellsOf = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())

describe('what a call does not answer with is not computed', () => {
  const [head = '', , ...lines] = table.trim().split('\n')

  it('the table has every call and every part', () => {
    expect(cellsOf(head)).toEqual(['call', ...Object.keys(parts)])
    expect(lines.map((line) => cellsOf(line)[0]).sort()).toEqual(Object.keys(calls).sort())
  })

  it.each(lines.map(cellsOf))('%s', async (name = '', ...cells) => {
    ran = []
    measured = 0
    await calls[name]!()
    const times = (net: NetName) => ran.filter((other) => other === net).length
    expect(measured).toBeGreaterThan(0)
    const expected = cells.map((cell) => (cell === 'yes' ? measured : 0))
    expect(Object.values(parts).map(times)).toEqual(expected)
    // Nets that come with a part run with it alone.
    const [template = '', , traits = '', liveness = ''] = cells
    expect(times('template')).toBe(template === 'yes' ? measured : 0)
    expect(times('expression')).toBe(traits === 'yes' ? measured : 0)
    expect(livenessNetNames.some((net) => times(net) > 0)).toBe(liveness === 'yes')
  })
})

describe('of several faces', () => {
  const nothing = { template: false, traits: false, liveness: false }
  const runs = async (options: AnalyseOptions) => {
    ran = []
    const { faces } = await pipeline.analyse(samplePhotograph(3), options)
    const ages = ran.filter((net) => net === 'age-gender').length
    return { faces: faces.length, aged: faces.filter(({ traits }) => traits).length, ages }
  }

  it.each([
    ['no age', { want: nothing }, 0, 0],
    ['the age of the first', { want: { ...nothing, age: true } }, 1, 1],
    ['every age', { want: nothing, everyFace: true }, 3, 3],
    [
      'every age, where the traits have the first',
      { want: { ...nothing, traits: true }, everyFace: true },
      3,
      3,
    ],
  ])('%s', async (_, options, aged, ages) => {
    expect(await runs(options)).toEqual({ faces: 3, aged, ages })
  })

  it('the first has the age that its traits have', async () => {
    const { faces, subject } = await pipeline.analyse(samplePhotograph(3), { everyFace: true })
    const { faces: alone } = await pipeline.analyse(samplePhotograph(3), { want: { ...nothing, age: true } })
    const { age, gender } = subject!.allTraits!
    expect(faces[0]!.traits).toEqual({ age, gender })
    expect(alone[0]!.traits).toEqual({ age, gender })
  })

  it('every trait net has its place above', () => {
    expect([...traitNetNames].sort()).toEqual(['age-gender', 'expression', 'traits'])
  })
})
