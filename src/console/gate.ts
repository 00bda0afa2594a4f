/** The one place where it is decided who may use a route of the console. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { isSameText } from '../access/same-text.ts'
import { DatabaseAway } from '../database/index.ts'
import { takeFromAddress } from '../dialects/common/limits.ts'
import { readJson } from '../receive/body.ts'
import { MultipartError } from '../receive/multipart.ts'
import { findNul } from '../receive/nul.ts'
import { ObjectStoreError } from '../records/object-store.ts'
import { ConsoleError, sendProblem } from './errors.ts'
import { describeRoute } from './openapi.ts'
import type { Asked, ConsoleRoute } from './route.ts'
import type { ConsoleServices } from './services.ts'
import type { ConsoleSession } from './sessions.ts'

/** Registers the routes, each behind the gate, and the answers to everything else below /console/api. */
export function registerGated(
  app: FastifyInstance,
  routes: readonly ConsoleRoute[],
  services: ConsoleServices,
): void {
  // What is asked for is read behind the gate, once it is known who asks: here it is documented alone.
  app.setValidatorCompiler(() => () => true)
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) =>
    sendProblem(reply, toConsoleError(error, request)),
  )
  app.addHook('onRequest', async (request, reply) => {
    // Before the database is asked anything.
    const { allowed, retryAfter } = takeFromAddress(request, services)
    if (!allowed) throw new ConsoleError('slow_down', { retryAfter })
    // Until there is an administrator there is no console, for anybody.
    if (!(await services.users.hasAdministrator())) {
      reply.callNotFound()
      return reply
    }
  })
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.url,
      ...describeRoute(route),
      handler: (request, reply) => answer(route, request, reply, services),
    })
  }
}

async function answer(
  route: ConsoleRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  services: ConsoleServices,
): Promise<unknown> {
  const session = await services.sessions.find(request)
  if (route.roles !== 'anybody') admit(route, request, session)
  const asked = {
    request,
    reply,
    session,
    user: session?.user,
    actor: `console:${session?.user.id}`,
    params: request.params,
    query: parse(route.query, request.query),
    body: route.body && parse(route.body, await readJson(request)),
    services,
  } as Asked<unknown, unknown>
  const result = await route.handle(asked)
  if (reply.sent) return reply
  reply.code(route.status ?? 200)
  return result ?? null
}

/** @throws ConsoleError signed_out, csrf, forbidden, confirm_required */
function admit(
  { roles, method, confirm }: ConsoleRoute,
  { headers }: FastifyRequest,
  session: ConsoleSession | null,
): asserts session is ConsoleSession {
  if (!session) throw new ConsoleError('signed_out')
  const given = headers['x-csrf-token']
  if (method !== 'GET' && !(typeof given === 'string' && isSameText(given, session.csrfToken))) {
    throw new ConsoleError('csrf')
  }
  if (!roles.includes(session.user.role)) throw new ConsoleError('forbidden')
  if (confirm && session.confirmedUntil === null) throw new ConsoleError('confirm_required')
}

/** @throws ConsoleError request, with the place and the fault, never the value */
function parse(schema: z.ZodType | undefined, given: unknown): unknown {
  if (!schema) return undefined
  const nul = findNul(given)
  if (nul)
    throw new ConsoleError('request', { detail: `${nul.join('.')}: must not have the character U+0000` })
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ConsoleError('request', { detail: `${issue?.path.join('.') || 'body'}: ${issue?.message}` })
}

function toConsoleError(error: Error & { statusCode?: number }, request: FastifyRequest): ConsoleError {
  if (error instanceof ConsoleError) return error
  if (error instanceof ObjectStoreError) {
    request.log.error({ err: error }, 'a kept picture cannot be read')
    return new ConsoleError('busy', { retryAfter: 1 })
  }
  if (error.statusCode === 413) return new ConsoleError('too_large')
  if (error instanceof MultipartError || (error.statusCode ?? 500) < 500) return new ConsoleError('request')
  request.log.error({ err: error }, 'request failed')
  return error instanceof DatabaseAway
    ? new ConsoleError('busy', { retryAfter: 1 })
    : new ConsoleError('internal')
}
