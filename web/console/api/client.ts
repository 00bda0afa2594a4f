/** Asks the server on behalf of the signed-in user. */

/** Why the server did not do what was asked; `network`: it was not reached. */
export class ConsoleApiError extends Error {
  override readonly name = 'ConsoleApiError'
  readonly code: string
  /** 0: there was no answer. */
  readonly status: number
  /** Seconds to wait, when the server named them. */
  readonly retryAfter: number | null

  constructor(code: string, status = 0, detail = code, retryAfter: number | null = null) {
    super(detail)
    this.code = code
    this.status = status
    this.retryAfter = retryAfter
  }
}

export interface ConsoleApi {
  /** @throws ConsoleApiError */
  get<T>(path: string): Promise<T>
  /** With the version that a later change must name. @throws ConsoleApiError */
  getVersioned<T>(path: string): Promise<{ value: T; version: string | null }>
  /** @param version of what is changed: refused with `changed` when it has another by now. @throws ConsoleApiError */
  send<T>(method: Method, path: string, body?: object, version?: string | null): Promise<T>
  /** What is answered with a file. @throws ConsoleApiError */
  sendForFile(path: string, body: object): Promise<Blob>
}

type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE'

interface Events {
  /** The session is over. */
  onSignedOut(): void
  /** Asks for the password again. @returns false when the user would rather not */
  onConfirm(): Promise<boolean>
}

/** @param request `fetch`, or what stands for it in a test */
export function createConsoleApi(
  events: Events,
  request: typeof fetch = (...args) => fetch(...args),
): ConsoleApi {
  let csrfToken = ''

  async function ask(path: string, init: RequestInit, isRepeated = false): Promise<Response> {
    const headers = new Headers(init.headers)
    if (init.method) headers.set('x-csrf-token', csrfToken)
    let response: Response
    try {
      response = await request(`/console/api${path}`, { ...init, headers, cache: 'no-store' })
    } catch {
      throw new ConsoleApiError('network')
    }
    if (response.ok) return response
    const error = await toError(response)
    if (error.code === 'signed_out') events.onSignedOut()
    if (error.code === 'confirm_required' && !isRepeated && (await events.onConfirm())) {
      return ask(path, init, true)
    }
    throw error
  }

  async function read<T>(response: Response): Promise<T> {
    const text = await response.text()
    const value = (text ? JSON.parse(text) : null) as T
    // Whoever signs in or confirms gets a new token with the answer.
    const token = (value as { csrfToken?: unknown } | null)?.csrfToken
    if (typeof token === 'string') csrfToken = token
    return value
  }

  return {
    get: async <T>(path: string) => read<T>(await ask(path, {})),
    async getVersioned<T>(path: string) {
      const response = await ask(path, {})
      return { version: response.headers.get('etag'), value: await read<T>(response) }
    },
    async send<T>(method: Method, path: string, body?: object, version?: string | null) {
      const isForm = body instanceof FormData
      const headers = new Headers()
      if (body && !isForm) headers.set('content-type', 'application/json')
      if (version) headers.set('if-match', version)
      const payload = body ? { body: isForm ? body : JSON.stringify(body) } : {}
      return read<T>(await ask(path, { method, headers, ...payload }))
    },
    async sendForFile(path, body) {
      const headers = { 'content-type': 'application/json' }
      return (await ask(path, { method: 'POST', headers, body: JSON.stringify(body) })).blob()
    },
  }
}

async function toError(response: Response): Promise<ConsoleApiError> {
  const body = await response.json().catch(() => ({}))
  const code = typeof body.code === 'string' ? body.code : 'internal'
  const detail = typeof body.detail === 'string' ? body.detail : code
  const seconds = Number(response.headers.get('retry-after'))
  return new ConsoleApiError(code, response.status, detail, seconds > 0 ? seconds : null)
}

/** A path with those values of a query that are there. */
export function withQuery(path: string, values: Record<string, string | number | null | undefined>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value))
  }
  const text = query.toString()
  return text ? `${path}?${text}` : path
}
