/** A bucket of an S3-compatible store, as much of it as kept pictures need. */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { AwsClient } from 'aws4fetch'

export interface ObjectStoreSettings {
  bucket: string
  /** Before every key; empty, or with a slash at its end. */
  prefix: string
  /** The bucket is the first part of the path (path-style), as every such store understands. */
  endpoint: string
  region: string
  accessKeyId: string
  secretAccessKey: string
  /** Asks the store to encrypt what it writes, beside our own encryption. */
  encryption: 'AES256' | 'aws:kms' | undefined
}

export interface ObjectStore {
  /** Where it is, as people may read it. */
  readonly place: string
  /** Writes an object whole, or not at all; one of the same key is replaced. @throws ObjectStoreError */
  put(key: string, bytes: Uint8Array): Promise<void>
  /** @returns null when there is no such object @throws ObjectStoreError */
  get(key: string): Promise<Buffer | null>
  /** Deletes an object; none is fine too. @throws ObjectStoreError */
  remove(key: string): Promise<void>
  /** Keys in alphabetical order, at most 1000 at a time, with the times of their last change in Unix ms. */
  list(): AsyncGenerator<{ key: string; changedAt: number }[]>
}

/** The store does not answer, refuses or fails. The message names the place and its reason, and no key. */
export class ObjectStoreError extends Error {
  override readonly name = 'ObjectStoreError'
  /** The store's own word, like NoSuchBucket; absent when it did not answer. */
  readonly code: string | undefined

  constructor(message: string, options: ErrorOptions & { code?: string | undefined } = {}) {
    super(message, options)
    this.code = options.code
  }
}

/** Times that a request is sent before it fails. */
const attempts = 3
/** Before the second attempt, in milliseconds; doubled before each further one. */
const firstPauseMs = 100
/** What an attempt may take. One that took this long is not repeated: its caller has waited enough. */
const maxAttemptMs = 10_000

interface StoreRequest {
  method: 'GET' | 'PUT' | 'DELETE'
  key?: string
  query?: Record<string, string>
  headers?: Record<string, string>
  body?: Uint8Array
}

export function openObjectStore(settings: ObjectStoreSettings): ObjectStore {
  const { accessKeyId, secretAccessKey, region, bucket, prefix, encryption } = settings
  const signer = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3' })
  const base = `${settings.endpoint.replace(/\/$/, '')}/${bucket}`
  const place = `s3://${bucket}/${prefix} at ${settings.endpoint}`

  async function attempt({ method, key, query = {}, headers = {}, body }: StoreRequest): Promise<Response> {
    const url = new URL(key === undefined ? base : `${base}/${prefix}${key}`)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    const digest = createHash('sha256')
      .update(body ?? '')
      .digest('hex')
    // Signed with the digest of the body: what arrives is what was sent, over plain HTTP too.
    const signed = await signer.sign(url, {
      method,
      headers: { ...headers, 'x-amz-content-sha256': digest },
      ...(body ? { body: body as Uint8Array<ArrayBuffer> } : {}),
    })
    return fetch(signed, { signal: AbortSignal.timeout(maxAttemptMs) })
  }

  /** @returns the answer, good or "not found" @throws ObjectStoreError */
  async function send(request: StoreRequest): Promise<{ status: number; bytes: Buffer }> {
    for (let count = 1; ; count++) {
      let failure: ObjectStoreError
      try {
        const answer = await attempt(request)
        const bytes = Buffer.from(await answer.arrayBuffer())
        if (answer.ok) return { status: answer.status, bytes }
        const code = /<Code>(\w+)<\/Code>/.exec(bytes.toString())?.[1]
        if (answer.status === 404 && code !== 'NoSuchBucket') return { status: 404, bytes }
        failure = new ObjectStoreError(
          `${place} refused (${[answer.status, code].filter(Boolean).join(' ')})`,
          { code },
        )
        if (answer.status < 500 && answer.status !== 429) throw failure
      } catch (error) {
        if (error instanceof ObjectStoreError) throw error
        failure = new ObjectStoreError(`${place} does not answer (${reasonOf(error)})`, { cause: error })
        if ((error as Error).name === 'TimeoutError') throw failure
      }
      if (count === attempts) throw failure
      await sleep(firstPauseMs * 2 ** (count - 1) * (0.5 + Math.random()))
    }
  }

  return {
    place,

    async put(key, body) {
      const headers: Record<string, string> = { 'content-type': 'application/octet-stream' }
      if (encryption) headers['x-amz-server-side-encryption'] = encryption
      const { status } = await send({ method: 'PUT', key, headers, body })
      if (status === 404) throw new ObjectStoreError(`${place} refused (404)`)
    },

    async get(key) {
      const { status, bytes } = await send({ method: 'GET', key })
      return status === 404 ? null : bytes
    },

    async remove(key) {
      await send({ method: 'DELETE', key })
    },

    async *list() {
      for (let from: string | undefined; ; ) {
        const query = { 'list-type': '2', prefix, ...(from ? { 'continuation-token': from } : {}) }
        const { bytes } = await send({ method: 'GET', query })
        const page = bytes.toString()
        yield [...page.matchAll(/<Contents>.*?<\/Contents>/gs)].map(([entry]) => ({
          key: textOf(entry, 'Key').slice(prefix.length),
          changedAt: Date.parse(textOf(entry, 'LastModified')),
        }))
        from = textOf(page, 'NextContinuationToken')
        if (!from) return
      }
    },
  }
}

/** What stands in the first element of this name. Keys of ours need no entities; tokens may. */
function textOf(xml: string, element: string): string {
  const [, rest = ''] = xml.split(`<${element}>`, 2)
  const [text = ''] = rest.split('<', 1)
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

/** ECONNREFUSED and its like lie in the cause of what fetch throws. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as { name: string; cause?: NodeJS.ErrnoException }
  return cause?.code ?? name
}
