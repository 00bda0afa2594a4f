import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Client, IssuedCredential } from '../../access/clients.ts'
import { isAddressAllowed } from '../../access/ip-allow-list.ts'
import { setRetryAfter } from '../../receive/retry-after.ts'
import { isServed } from '../common/environments.ts'
import { takeFromAddress } from '../common/limits.ts'
import type { Services } from '../dialect.ts'
import { noteClient } from '../sandbox.ts'
import { DiditError, type DiditErrorName, TooManyRequests } from './errors.ts'
import { statusCodes } from './settings.ts'

/** Requests per minute and key, as the vendor documents them: writes share one budget, reads another. */
const budgets = { write: 300, read: 600 } as const

const lookupLength = 12

export function issueCredential(): IssuedCredential {
  const key = randomBytes(32).toString('base64url')
  return { lookup: key.slice(0, lookupLength), secret: key, headers: { 'x-api-key': key } }
}

/**
 * Who calls, then the budget of the key. The vendor answered every refusal with 403 and later moved an
 * invalid key to 401: LIVEFACE_DIDIT_STATUS_CODES chooses the generation.
 * @param missing what a missing key is answered with; standalone calls and session calls differ
 * @throws DiditError, TooManyRequests
 */
export async function authenticate(
  request: FastifyRequest,
  reply: FastifyReply,
  services: Services,
  missing: DiditErrorName = 'forbidden',
): Promise<Client> {
  limitAddress(request, reply, services)
  return identify(request, reply, services, missing)
}

/** Counts a request against its address, and sends its caller the budget that was exceeded. */
export function limitAddress(request: FastifyRequest, reply: FastifyReply, services: Services): void {
  const perAddress = takeFromAddress(request, services)
  if (perAddress.allowed) return
  setBudgetHeaders(reply, perAddress)
  throw new TooManyRequests(kindOf(request), perAddress.limit)
}

/** `authenticate` without the limit per address, for calls that counted against it before. */
export async function identify(
  request: FastifyRequest,
  reply: FastifyReply,
  { clients, config, rateLimits }: Services,
  missing: DiditErrorName,
): Promise<Client> {
  const header = request.headers['x-api-key']
  const key = (Array.isArray(header) ? header[0] : header)?.trim()
  if (!key) throw new DiditError(missing)
  const client = await clients.authenticate('didit', key.slice(0, lookupLength), key)
  if (!client || !isServed(config, client.environment)) {
    throw new DiditError(statusCodes.of(config) === '401' ? 'invalidKey' : missing)
  }
  noteClient(request, client)
  if (!isAddressAllowed(request.ip, client.settings.ipAllowList)) throw new DiditError('forbidden')

  const kind = kindOf(request)
  const budget = rateLimits.take(`${client.id}/${kind}`, client.settings.ratePerMinute ?? budgets[kind])
  if (!budget.allowed) {
    setBudgetHeaders(reply, budget)
    throw new TooManyRequests(kind, budget.limit)
  }
  return client
}

function kindOf({ method }: FastifyRequest): 'read' | 'write' {
  return method === 'GET' || method === 'HEAD' ? 'read' : 'write'
}

function setBudgetHeaders(
  reply: FastifyReply,
  budget: { limit: number; remaining: number; resetAt: number; retryAfter: number },
): void {
  reply.header('x-ratelimit-limit', String(budget.limit))
  reply.header('x-ratelimit-remaining', String(budget.remaining))
  reply.header('x-ratelimit-reset', String(budget.resetAt))
  setRetryAfter(reply, budget.retryAfter)
}
