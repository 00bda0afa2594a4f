/**
 * Bodies that nobody reads before it is known who sends them. No content type has a parser: a handler asks for the body
 * when it has found the caller's key good, and what nobody asked for stays in the network.
 */
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { parseJson } from './json.ts'

/** Bytes of a text body, unless a route's `bodyLimit` says otherwise. */
export const textLimit = 64 * 1024

/**
 * Bytes of an unread body that are still taken, and dropped as they come. Many HTTP clients hear no answer before they
 * have sent all: whoever uploads pictures with a mistyped key shall get that answer.
 */
const dropped = { multipart: 21 * 1024 * 1024, other: textLimit }

/** Time for the caller to read an answer that comes before its body was taken. */
const lingerMs = 1_000

/** The body is larger than the route takes. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
  /** For the handlers of errors that know Fastify's. */
  readonly statusCode = 413
}

/** Takes every parser off `app`, and ends connections whose senders go on after the answer. Call it before any route. */
export function leaveBodiesUnread(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.addHook('onSend', async (request, reply) => {
    if (hasBody(request) && !request.raw.complete) dropRest(request, reply)
  })
}

/**
 * The body as text; empty when there is none.
 * @throws BodyTooLarge
 */
export async function readText(request: FastifyRequest): Promise<string> {
  const limit = request.routeOptions.bodyLimit ?? textLimit
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new BodyTooLarge()
  const chunks: Buffer[] = []
  let bytes = 0
  // Not `for await`, which would destroy the connection with the answer unsent.
  await new Promise<void>((resolve, reject) => {
    request.raw.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= limit) {
        chunks.push(chunk)
        return
      }
      // What comes until the answer is on its way would be taken all the same.
      request.raw.pause()
      reject(new BodyTooLarge())
    })
    request.raw.once('end', resolve)
    request.raw.once('error', reject)
    request.raw.once('close', () => reject(new Error('The caller went away.')))
  })
  return Buffer.concat(chunks).toString()
}

/**
 * The body as JSON; undefined when it is of another content type.
 * @throws BodyTooLarge, JsonError
 */
export async function readJson(request: FastifyRequest): Promise<unknown> {
  return isJson(request) ? parseJson(await readText(request)) : undefined
}

/** Whether the content type is that of JSON, with any parameters. */
export function isJson(request: FastifyRequest): boolean {
  return contentTypeOf(request) === 'application/json'
}

/** The content type in small letters, without its parameters. */
export function contentTypeOf({ headers }: FastifyRequest): string | undefined {
  return headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
}

/** Whether the request says that it has a body. */
export function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function dropRest(request: FastifyRequest, reply: FastifyReply): void {
  let left = request.isMultipart() ? dropped.multipart : dropped.other
  // Node itself drops what is left, and the connection can be used again.
  if (Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY) <= left) return
  reply.header('connection', 'close')
  const { raw } = request
  raw.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left <= 0) raw.pause()
  })
  // A length that is known to be too much is not begun with.
  if (request.headers['content-length'] !== undefined) raw.pause()
  // What was asked for once is not read to its end by Node itself.
  raw.read()
  linger(raw.socket)
}

/** Makes the end of a connection wait a moment: closed with bytes unread, it would take the answer with it. */
function linger(socket: Socket): void {
  socket.destroySoon = () => {
    socket.end()
    const timer = setTimeout(() => socket.destroy(), lingerMs)
    socket.once('close', () => clearTimeout(timer))
  }
}
