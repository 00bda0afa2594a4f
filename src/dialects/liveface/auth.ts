import { randomBytes } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Client, Environment, IssuedCredential } from '../../access/clients.ts'
import { isAddressAllowed } from '../../access/ip-allow-list.ts'
import { readHeader } from '../../receive/header.ts'
import { isServed } from '../common/environments.ts'
import { guessesOf, noteRefusedAdministrator, takeFromAddress } from '../common/limits.ts'
import type { Services } from '../dialect.ts'
import { noteClient } from '../sandbox.ts'
import { Problem } from './errors.ts'

const prefixes: Record<Environment, string> = { sandbox: 'lf_test_', production: 'lf_live_' }

/** Hex digits after the prefix by which a key is found; the rest is its secret. */
const lookupDigits = 16

export function issueCredential(environment: Environment): IssuedCredential {
  const key = prefixes[environment] + randomBytes(24).toString('hex')
  return { ...splitKey(key)!, headers: { Authorization: `Bearer ${key}` } }
}

/** @returns null when the text cannot be a key */
function splitKey(key: string): { lookup: string; secret: string } | null {
  if (!/^lf_(test|live)_[0-9a-f]{48}$/.test(key)) return null
  const end = prefixes.production.length + lookupDigits
  return { lookup: key.slice(0, end), secret: key.slice(end) }
}

/**
 * Who calls, and may they? In this order: a key is there, the address's budget, the key, its environment, the address,
 * the client's budget, what the key is for.
 * @throws Problem
 */
export async function authenticate(request: FastifyRequest, services: Services): Promise<Client> {
  const client = await identify(request, services)
  if (client.settings.administrative) throw new Problem('key_administrative')
  return client
}

/**
 * The same for who manages clients. An address that sends keys which may not is refused for a while, and the audit log has
 * some of the attempts.
 * @throws Problem
 */
export async function authenticateAdministrator(
  request: FastifyRequest,
  services: Services,
): Promise<Client> {
  const guesses = guessesOf(request, services.rateLimits, 'administration')
  const { allowed, retryAfter } = guesses.peek()
  if (!allowed) throw new Problem('too_many_requests', { retryAfter })
  const refuse = async (problem: Problem, actor: string) => {
    guesses.take()
    await noteRefusedAdministrator(services, actor)
    return problem
  }
  const client = await identify(request, services).catch(async (error: unknown) => {
    const isGuess = error instanceof Problem && error.code === 'key_unknown'
    throw isGuess ? await refuse(error, 'stranger') : error
  })
  if (!client.settings.administrative) throw await refuse(new Problem('key_not_administrative'), client.id)
  return client
}

async function identify(request: FastifyRequest, services: Services): Promise<Client> {
  const { clients, config, rateLimits } = services
  const header = readHeader(request, 'authorization')
  const key = /^bearer +(\S+)$/i.exec(header ?? '')?.[1]
  if (!key) throw new Problem('key_missing')
  const perAddress = takeFromAddress(request, services)
  if (!perAddress.allowed) throw new Problem('too_many_requests', { retryAfter: perAddress.retryAfter })
  const parts = splitKey(key) ?? { lookup: '', secret: key }
  const client = await clients.authenticate('liveface', parts.lookup, parts.secret)
  if (!client || !isServed(config, client.environment)) throw new Problem('key_unknown')
  noteClient(request, client)
  if (!isAddressAllowed(request.ip, client.settings.ipAllowList)) throw new Problem('address_not_allowed')
  const perClient = rateLimits.take(client.id, client.settings.ratePerMinute ?? config.rates.perClient)
  if (!perClient.allowed) throw new Problem('too_many_requests', { retryAfter: perClient.retryAfter })
  return client
}
