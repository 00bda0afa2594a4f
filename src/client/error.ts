import type { FieldProblem, Problem } from './api-types.ts'

/** The API refused a call. */
export class LivefaceError extends Error {
  override readonly name = 'LivefaceError'
  /** HTTP status. */
  readonly status: number
  /** Name of the problem, a closed set; null where another server answered, such as a proxy. */
  readonly code: Problem['code'] | null
  /** Fields or pictures at fault. */
  readonly errors: readonly FieldProblem[]
  /** By which the server's log knows the request; null where there is none. */
  readonly requestId: string | null
  /** Seconds after which to try again; null where the server names none. */
  readonly retryAfter: number | null

  constructor(status: number, headers: Headers, problem: Partial<Problem>) {
    const details = (problem.errors ?? []).map(({ field, message }) => `${field} ${message}`).join(', ')
    super(`${problem.title ?? `The server answered ${status}.`}${details ? ` (${details})` : ''}`)
    this.status = status
    this.code = problem.code ?? null
    this.errors = problem.errors ?? []
    this.requestId = headers.get('x-request-id')
    const seconds = Number(headers.get('retry-after') ?? Number.NaN)
    this.retryAfter = Number.isFinite(seconds) ? seconds : null
  }

  static async of(response: Response): Promise<LivefaceError> {
    const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json')
    const problem = isProblem ? ((await response.json()) as Problem) : {}
    if (!isProblem) await response.body?.cancel()
    return new LivefaceError(response.status, response.headers, problem)
  }
}
