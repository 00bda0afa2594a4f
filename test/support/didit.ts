/** Calls of the Didit dialect, for its tests. */
import type { NewClient } from '../../src/access/clients.ts'
import { similarity } from '../../src/engine/face/compare.ts'
import type { FaceReport, Subject } from '../../src/engine/types.ts'
import { form, type Part } from './form.ts'
import type { TestServer } from './server.ts'
import { stubReport } from './stub-engine.ts'

/** Enough of a picture for the format check; a stub engine never decodes it. */
export const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46])

/** One red pixel, as the vendor's own test suite sends it. */
export const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==',
  'base64',
)

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any
  text: string
}

export interface DiditCaller {
  /** Id of the application. */
  id: string
  headers: Record<string, string>
  /** A multipart call; pictures get the name selfie.jpg. */
  post(path: string, parts: Record<string, Part>, headers?: Record<string, string>): Promise<Answer>
  /** Any other call, with a JSON body where one is given. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

/** Makes an application whose calls are real: sandbox keys are answered without a look at the picture. */
export async function diditCaller(
  server: TestServer,
  options: Partial<NewClient> = {},
): Promise<DiditCaller> {
  const { id, headers } = await server.client('didit', { environment: 'production', ...options })
  return {
    id,
    headers,
    post: (path, parts, sent = headers) =>
      read(fetch(server.url + path, { method: 'POST', headers: sent, body: form(parts) })),
    send: (method, path, body, sent = headers) =>
      read(
        fetch(server.url + path, {
          method,
          redirect: 'manual',
          headers: { ...sent, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
          ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        }),
      ),
  }
}

async function read(sent: Promise<Response>): Promise<Answer> {
  const response = await sent
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : null,
  }
}

/** A template whose similarity to `templateOf(axis)` is `value`, 0..1: another person's, for each axis. */
export function templateOf(axis: number, value = 1): Float32Array {
  const cosine = value === 1 ? 1 : cosineOf(value)
  const template = new Float32Array(128)
  template[axis] = cosine
  template[127] = Math.sqrt(1 - cosine * cosine)
  return template
}

/** The inverse of `similarity`, by halving. */
function cosineOf(value: number): number {
  if (value > similarity(1)) throw new RangeError(`No two templates are as alike as ${value}.`)
  let low = -1
  let high = 1
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (similarity(middle) < value) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** A report as of a good selfie, every face with age and gender, the first one with liveness `score`. */
export function selfie(
  changes: Partial<Subject> & { score?: number; faces?: number; width?: number; years?: number } = {},
): FaceReport {
  const { score = 0.95, faces = 1, width = 200, years = 26.914, ...subject } = changes
  const report = stubReport({ faces, subject: { liveness: { judged: true, score, cues: [] }, ...subject } })
  const traits = {
    age: { years, min: years - 4, max: years + 4, confidence: 0.8 },
    gender: { value: 'male', confidence: 0.99 },
  } as const
  const all = report.faces.map((face, index) => ({
    ...face,
    confidence: 0.7329734,
    box: index === 0 ? face.box : { x: 10.4, y: 20.6, width, height: width },
    traits,
  }))
  const { subject: one } = report
  if (!one?.allTraits) return { ...report, faces: all }
  return { ...report, faces: all, subject: { ...one, allTraits: { ...one.allTraits, ...traits } } }
}
