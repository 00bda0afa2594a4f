/** Calls of the Didit dialect, for its tests. */
import type { NewClient } from '../../src/access/clients.ts'
import type { TestServer } from './server.ts'

/** Enough of a picture for the format check; a stub engine never decodes it. */
export const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46])

/** One red pixel, as the vendor's own test suite sends it. */
export const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==',
  'base64',
)

export type Part = Buffer | string | { bytes: Buffer; filename: string }

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

function form(parts: Record<string, Part>): FormData {
  const body = new FormData()
  for (const [name, part] of Object.entries(parts)) {
    if (typeof part === 'string') body.set(name, part)
    else if (Buffer.isBuffer(part)) body.set(name, new Blob([new Uint8Array(part)]), 'selfie.jpg')
    else body.set(name, new Blob([new Uint8Array(part.bytes)]), part.filename)
  }
  return body
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
