/**
 * A client of Liveface's own API, for Node.js, Deno, Bun and browsers. It needs no other package.
 *
 *     const liveface = new Liveface({ baseUrl: 'http://127.0.0.1:8080', key: 'lf_live_...' })
 *     const check = await liveface.liveness({ picture: 'selfie.jpg' })
 */
import type {
  AgeRequest,
  Check,
  CheckList,
  LivenessRequest,
  MatchRequest,
  NewSession,
  NewWebhook,
  QualityRequest,
  Session,
  SessionRequest,
  Webhook,
  WebhookList,
  WebhookRequest,
} from './api-types.ts'
import { type Picture, toBlob } from './pictures.ts'
import { createSender, type SenderOptions } from './sender.ts'

export type * from './api-types.ts'
export { LivefaceError } from './error.ts'
export type { Picture } from './pictures.ts'
export { type VerifyOptions, verifyWebhook, type WebhookEvent } from './webhook.ts'

export type LivefaceOptions = SenderOptions

/** What any call takes. */
export interface CallOptions {
  /** Ends the call, its retries and its waiting. */
  signal?: AbortSignal
}

export interface CheckOptions extends CallOptions {
  /** The same request with the same key is done once, also by another process. Default: a new UUID for each call. */
  idempotencyKey?: string
}

/** Which checks to list. */
export interface ListFilter {
  type?: Check['type'] | undefined
  verdict?: Check['verdict'] | undefined
  person?: string | undefined
}

/** A request of the API whose pictures come in any shape. */
type WithPictures<Request> = {
  [Field in keyof Request]: Field extends 'picture' | 'reference' ? Picture : Request[Field]
}

/** Every call throws LivefaceError when the API refuses it, and what `fetch` throws when no answer came. */
export class Liveface {
  readonly #send: ReturnType<typeof createSender>
  readonly #fetch: typeof fetch

  constructor(options: LivefaceOptions) {
    this.#fetch = options.fetch ?? fetch
    this.#send = createSender({ ...options, fetch: this.#fetch })
  }

  /** Is the face in this picture a living person before a camera? */
  liveness(request: WithPictures<LivenessRequest>, options?: CheckOptions): Promise<Check> {
    return this.#check('liveness', request, options)
  }

  /** Do two pictures show one person? */
  match(request: WithPictures<MatchRequest>, options?: CheckOptions): Promise<Check> {
    return this.#check('match', request, options)
  }

  /** Has the person in this picture reached an age? */
  age(request: WithPictures<AgeRequest>, options?: CheckOptions): Promise<Check> {
    return this.#check('age', request, options)
  }

  /** Is this picture good enough to recognise a person by? */
  quality(request: WithPictures<QualityRequest>, options?: CheckOptions): Promise<Check> {
    return this.#check('quality', request, options)
  }

  /** One check of yours. */
  async check(id: string, { signal }: CallOptions = {}): Promise<Check> {
    return (await this.#send('GET', `/checks/${encodeURIComponent(id)}`, { signal })) as Check
  }

  /** Your checks, newest first; pages are fetched as you go. */
  async *checks(filter: ListFilter = {}, { signal }: CallOptions = {}): AsyncGenerator<Check, void> {
    const given = Object.entries(filter).filter(([, value]) => value !== undefined)
    const query = new URLSearchParams([...given, ['limit', '100']])
    for (;;) {
      const page = (await this.#send('GET', `/checks?${query}`, { signal })) as CheckList
      yield* page.data
      if (page.next_cursor === null) return
      query.set('cursor', page.next_cursor)
    }
  }

  /** Erases a check with all that belongs to it. */
  async erase(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/checks/${encodeURIComponent(id)}`, { signal })
  }

  /** Makes a challenge session; send the person to the link of its capture page. */
  createSession(request: SessionRequest, options?: CheckOptions): Promise<NewSession> {
    return this.#create('/sessions', request, options)
  }

  /** One session of yours. */
  async session(id: string, { signal }: CallOptions = {}): Promise<Session> {
    return (await this.#send('GET', `/sessions/${encodeURIComponent(id)}`, { signal })) as Session
  }

  /** Erases a session with all that belongs to it. */
  async eraseSession(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/sessions/${encodeURIComponent(id)}`, { signal })
  }

  /** Has an address told of checks and sessions. Keep the answer's secret: it is shown once. */
  createWebhook(request: WebhookRequest, options?: CheckOptions): Promise<NewWebhook> {
    return this.#create('/webhooks', request, options)
  }

  /** Your webhooks, oldest first. */
  async webhooks({ signal }: CallOptions = {}): Promise<Webhook[]> {
    return ((await this.#send('GET', '/webhooks', { signal })) as WebhookList).data
  }

  async deleteWebhook(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/webhooks/${encodeURIComponent(id)}`, { signal })
  }

  async #create<Answer>(
    path: string,
    request: object,
    { signal, idempotencyKey = crypto.randomUUID() }: CheckOptions = {},
  ): Promise<Answer> {
    return (await this.#send('POST', path, {
      signal,
      body: JSON.stringify(request),
      idempotencyKey,
    })) as Answer
  }

  async #check(
    type: Check['type'],
    request: Record<string, unknown>,
    { signal, idempotencyKey = crypto.randomUUID() }: CheckOptions = {},
  ): Promise<Check> {
    const form = new FormData()
    for (const [field, value] of Object.entries(request)) {
      if (value === undefined) continue
      if (field === 'picture' || field === 'reference') {
        form.set(field, await toBlob(value as Picture, this.#fetch, signal), field)
      } else form.set(field, String(value))
    }
    return (await this.#send('POST', `/${type}`, { signal, body: form, idempotencyKey })) as Check
  }
}
