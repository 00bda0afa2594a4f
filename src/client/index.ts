/**
 * A client of Liveface's own API, for Node.js, Deno, Bun and browsers. It needs no other package.
 *
 *     const liveface = new Liveface({ baseUrl: 'http://127.0.0.1:8080', key: 'lf_live_...' })
 *     const check = await liveface.liveness({ picture: 'selfie.jpg' })
 */
import type {
  AgeRequest,
  Batch,
  BatchResult,
  Check,
  Enrolment,
  EnrolmentRequest,
  Erasure,
  LivenessRequest,
  MatchRequest,
  NewSession,
  NewWebhook,
  PendingCheck,
  Person,
  PersonChangeRequest,
  PersonExport,
  PersonMatch,
  PersonMatches,
  PersonSearchRequest,
  QualityRequest,
  RotatedWebhook,
  RotationRequest,
  Session,
  SessionRequest,
  Webhook,
  WebhookList,
  WebhookRequest,
} from './api-types.ts'
import { type BatchRequest, parseResults, toLines } from './batches.ts'
import { isPictureField, type Picture, toBlob, type WithPictures } from './pictures.ts'
import { createSender, pause, type SenderOptions } from './sender.ts'

export type * from './api-types.ts'
export type { BatchRequest } from './batches.ts'
export { LivefaceError } from './error.ts'
export type { Picture } from './pictures.ts'
export { type SessionReturn, verifyReturn } from './return.ts'
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

/** The requests of each type of check. */
interface CheckRequests {
  liveness: LivenessRequest
  match: MatchRequest
  age: AgeRequest
  quality: QualityRequest
}

/** A check that is answered at once. */
type Immediate<Request> = Omit<WithPictures<Request>, 'callback_url'>

interface Page<Item> {
  data: Item[]
  next_cursor: string | null
}

/** Every call throws LivefaceError when the API refuses it, and what `fetch` throws when no answer came. */
export class Liveface {
  readonly #send: ReturnType<typeof createSender>
  readonly #fetch: typeof fetch

  constructor(options: LivefaceOptions) {
    this.#fetch = options.fetch ?? fetch
    this.#send = createSender({ ...options, fetch: this.#fetch })
  }

  /** Is the face in this picture, and in further ones of the same capture, a living person before a camera? */
  liveness(request: Immediate<LivenessRequest>, options?: CheckOptions): Promise<Check> {
    return this.#upload('/liveness', request, options)
  }

  /** Do two pictures show one person? */
  match(request: Immediate<MatchRequest>, options?: CheckOptions): Promise<Check> {
    return this.#upload('/match', request, options)
  }

  /** Has the person in this picture reached an age? */
  age(request: Immediate<AgeRequest>, options?: CheckOptions): Promise<Check> {
    return this.#upload('/age', request, options)
  }

  /** Is this picture good enough to recognise a person by? */
  quality(request: Immediate<QualityRequest>, options?: CheckOptions): Promise<Check> {
    return this.#upload('/quality', request, options)
  }

  /** Has a check made later, and one of your webhooks, `callback_url`, told of it. */
  submit<Type extends keyof CheckRequests>(
    type: Type,
    request: WithPictures<CheckRequests[Type]> & { callback_url: string },
    options?: CheckOptions,
  ): Promise<PendingCheck> {
    return this.#upload(`/${type}`, request, options)
  }

  /** The check once it was measured, asked for every second. @throws LivefaceError with the problem that it met */
  async result(id: string, options: CallOptions = {}): Promise<Check> {
    for (;;) {
      const check = await this.check(id, options)
      if (!('status' in check)) return check
      await pause(1000, options.signal)
    }
  }

  /** Has many checks made, at most 28 MB of lines in one call. All of them are accepted, or none. */
  async createBatch(
    requests: Iterable<BatchRequest> | AsyncIterable<BatchRequest>,
    { signal, idempotencyKey = crypto.randomUUID() }: CheckOptions = {},
  ): Promise<Batch> {
    const body = await toLines(requests, this.#fetch, signal)
    const sent = { signal, body, bodyType: 'application/x-ndjson', idempotencyKey }
    return (await this.#send('POST', '/batches', sent)) as Batch
  }

  /** How far a batch is. */
  async batch(id: string, { signal }: CallOptions = {}): Promise<Batch> {
    return (await this.#send('GET', `/batches/${encodeURIComponent(id)}`, { signal })) as Batch
  }

  /** What became of each line of a batch, in their order, once it does not run any more; asked for every second. */
  async *batchResults(id: string, options: CallOptions = {}): AsyncGenerator<BatchResult, void> {
    while ((await this.batch(id, options)).status === 'running') await pause(1000, options.signal)
    const path = `/batches/${encodeURIComponent(id)}/results`
    yield* parseResults((await this.#send('GET', path, { signal: options.signal, asText: true })) as string)
  }

  /** Has no more checks of a batch made. */
  async cancelBatch(id: string, { signal }: CallOptions = {}): Promise<Batch> {
    return (await this.#send('POST', `/batches/${encodeURIComponent(id)}/cancel`, { signal })) as Batch
  }

  /** One check of yours; one with a callback_url is pending until it was measured. */
  async check(id: string, { signal }: CallOptions = {}): Promise<Check | PendingCheck> {
    return (await this.#send('GET', `/checks/${encodeURIComponent(id)}`, { signal })) as Check | PendingCheck
  }

  /** Your checks, newest first; pages are fetched as you go. */
  checks(filter: ListFilter = {}, options?: CallOptions): AsyncGenerator<Check, void> {
    return this.#pages<Check>('/checks', { ...filter }, options)
  }

  /** Erases a check with all that belongs to it. */
  async erase(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/checks/${encodeURIComponent(id)}`, { signal })
  }

  /** Enrols a face of a person; a picture that would spoil the gallery is refused with its reason as the error's code. */
  enrol(request: WithPictures<EnrolmentRequest>, options?: CheckOptions): Promise<Enrolment> {
    return this.#upload('/people', request, options)
  }

  /** Who of your people looks like this picture? Most alike first. */
  async searchPeople(
    request: WithPictures<PersonSearchRequest>,
    options?: CheckOptions,
  ): Promise<PersonMatch[]> {
    return (await this.#upload<PersonMatches>('/people/search', request, options)).matches
  }

  /** A person by your id of them. */
  async person(person: string, { signal }: CallOptions = {}): Promise<Person> {
    return (await this.#send('GET', pathOf(person), { signal })) as Person
  }

  /** Your people, in the order of your ids; pages are fetched as you go. */
  people(filter: { list?: 'block' | 'allow' } = {}, options?: CallOptions): AsyncGenerator<Person, void> {
    return this.#pages<Person>('/people', filter, options)
  }

  /** Puts a person on a list, or changes how long they are kept. */
  async changePerson(
    person: string,
    change: PersonChangeRequest,
    { signal }: CallOptions = {},
  ): Promise<Person> {
    return (await this.#send('PATCH', pathOf(person), { signal, body: JSON.stringify(change) })) as Person
  }

  /** Everything that the server keeps of a person. */
  async exportPerson(person: string, { signal }: CallOptions = {}): Promise<PersonExport> {
    return (await this.#send('GET', `${pathOf(person)}/export`, { signal })) as PersonExport
  }

  /** Erases everything that you have of a person. @returns null when an attempt whose answer was lost had done it */
  async erasePerson(person: string, { signal }: CallOptions = {}): Promise<Erasure | null> {
    return (await this.#send('DELETE', pathOf(person), { signal })) as Erasure | null
  }

  /** Erases one enrolled face of a person. */
  async eraseFace(person: string, face: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `${pathOf(person)}/faces/${encodeURIComponent(face)}`, { signal })
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

  /** Has messages signed with a new secret, shown once; for a day, or `previous_for` seconds, with the one before too. */
  rotateWebhookSecret(
    id: string,
    request: RotationRequest = {},
    options?: CheckOptions,
  ): Promise<RotatedWebhook> {
    return this.#create(`/webhooks/${encodeURIComponent(id)}/rotate`, request, options)
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

  async *#pages<Item>(
    path: string,
    filter: Record<string, string | undefined>,
    { signal }: CallOptions = {},
  ): AsyncGenerator<Item, void> {
    const given = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined)
    const query = new URLSearchParams([...given, ['limit', '100']])
    for (;;) {
      const page = (await this.#send('GET', `${path}?${query}`, { signal })) as Page<Item>
      yield* page.data
      if (page.next_cursor === null) return
      query.set('cursor', page.next_cursor)
    }
  }

  async #upload<Answer>(
    path: string,
    request: object,
    { signal, idempotencyKey = crypto.randomUUID() }: CheckOptions = {},
  ): Promise<Answer> {
    const form = new FormData()
    for (const [field, value] of Object.entries(request)) {
      if (value === undefined) continue
      if (isPictureField(field)) {
        form.set(field, await toBlob(value as Picture, this.#fetch, signal), field)
      } else form.set(field, String(value))
    }
    return (await this.#send('POST', path, { signal, body: form, idempotencyKey })) as Answer
  }
}

function pathOf(person: string): string {
  return `/people/${encodeURIComponent(person)}`
}
