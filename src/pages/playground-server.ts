import type { FastifyInstance } from 'fastify'
import { curlLine, encodeForm, pictureUrls, type Upload, type VendorCall } from '../dialects/common/calls.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { FetchError, type GuardedFetch } from '../fetch/index.ts'

/** A whole server of the same code over an empty database in memory, which never listens. */
export interface InnerServer {
  app: FastifyInstance
  /** Makes a client of a dialect. @returns the headers it sends */
  credential(dialect: string): Promise<Record<string, string>>
  close(): Promise<void>
}

export type OpenInnerServer = (fetch: GuardedFetch) => Promise<InnerServer>

export interface DialectAnswer {
  dialect: string
  title: string
  method: string
  path: string
  status: number
  body: unknown
  curl: string
}

export interface PlaygroundServer {
  /** What every dialect answers about this one picture, exactly as over HTTP. @param id unique */
  askLiveness(id: string, uploads: readonly Upload[], baseUrl: string): Promise<DialectAnswer[]>
  /** The same of two pictures; of dialects that compare none there is no answer. */
  askMatch(id: string, uploads: readonly Upload[], baseUrl: string): Promise<DialectAnswer[]>
  close(): Promise<void>
}

/**
 * Asks the dialects themselves, so that the playground can't show anything else than they answer. What it leaves behind
 * (clients, checks) is in memory alone. The inner server starts with the first question.
 */
export function createPlaygroundServer(
  dialects: readonly Dialect[],
  open: OpenInnerServer,
): PlaygroundServer {
  /** Pictures of the question being answered, by the URL at which a dialect fetches them. */
  let pictures = new Map<string, Buffer>()
  let inner: Promise<InnerServer> | null = null
  let queue: Promise<unknown> = Promise.resolve()
  const credentials = new Map<string, Promise<Record<string, string>>>()

  const fetch: GuardedFetch = {
    async get(url) {
      const bytes = pictures.get(url)
      if (!bytes) throw new FetchError('address_refused')
      return bytes
    },
    post: () => Promise.reject(new FetchError('address_refused')),
  }

  async function answer(
    { name, title }: Dialect,
    call: VendorCall,
    uploads: readonly Upload[],
    baseUrl: string,
  ): Promise<DialectAnswer> {
    inner ??= open(fetch)
    const { app, credential } = await inner
    const headers = credentials.get(name) ?? credential(name)
    credentials.set(name, headers)
    const { payload, contentType } =
      'json' in call.body
        ? { payload: Buffer.from(JSON.stringify(call.body.json)), contentType: 'application/json' }
        : encodeForm(call.body.form, uploads)
    const response = await app.inject({
      method: call.method,
      url: call.path,
      headers: { ...(await headers), 'content-type': contentType },
      payload,
    })
    return {
      dialect: name,
      title,
      method: call.method,
      path: call.path,
      status: response.statusCode,
      body: response.json(),
      curl: curlLine(call, baseUrl, await headers, uploads),
    }
  }

  /** @param callOf how a dialect is asked; undefined: it is not */
  async function ask(
    callOf: (dialect: Dialect) => VendorCall | undefined,
    uploads: readonly Upload[],
    baseUrl: string,
  ): Promise<DialectAnswer[]> {
    // One question at a time: the pictures are those of one.
    const turn = queue.then(async () => {
      pictures = new Map(uploads.map(({ bytes }, index) => [pictureUrls[index] ?? '', bytes]))
      // One after the other: all at once they are more pictures than a small machine lets wait.
      const answers: DialectAnswer[] = []
      try {
        for (const dialect of dialects) {
          const call = callOf(dialect)
          if (call) answers.push(await answer(dialect, call, uploads, baseUrl))
        }
      } finally {
        pictures.clear()
      }
      return answers
    })
    queue = turn.catch(() => undefined)
    return turn
  }

  return {
    askLiveness: (id, uploads, baseUrl) => ask(({ playground }) => playground.liveness(id), uploads, baseUrl),
    askMatch: (id, uploads, baseUrl) => ask(({ playground }) => playground.match?.(id), uploads, baseUrl),
    async close() {
      await (await inner)?.close()
    },
  }
}
