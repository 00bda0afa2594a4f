import { randomBytes } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Client, Environment, IssuedCredential } from '../../access/clients.ts'
import { isAddressAllowed } from '../../access/ip-allow-list.ts'
import { isSameText } from '../../access/same-text.ts'
import { readHeader } from '../../receive/header.ts'
import { isServed } from '../common/environments.ts'
import { judgeGuess, noteRefusedAdministrator, takeFromAddress } from '../common/limits.ts'
import type { Services } from '../dialect.ts'
import { noteClient } from '../sandbox.ts'
import { VerifyHQError } from './errors.ts'
import type { Permission } from './permissions.ts'
import { adminSecret } from './settings.ts'

const prefixes: Record<Environment, string> = { sandbox: 'vhq_test_', production: 'vhq_live_' }

/** Hex digits after the prefix by which a key is found; the rest is its secret. */
const lookupDigits = 16

export function issueCredential(environment: Environment): IssuedCredential {
  const digits = randomBytes(24).toString('hex')
  const key = prefixes[environment] + digits
  return { ...splitKey(key)!, headers: { 'X-API-Key': key } }
}

/** @returns null when the text can't be a key */
function splitKey(key: string): { lookup: string; secret: string } | null {
  if (!/^vhq_(test|live)_[0-9a-f]{48}$/.test(key)) return null
  const end = prefixes.production.length + lookupDigits
  return { lookup: key.slice(0, end), secret: key.slice(end) }
}

/**
 * Who calls, and may they? In this order: key, environment, address, rate limits, permission.
 * @param needed null: any key will do
 * @throws VerifyHQError
 */
export async function authenticate(
  request: FastifyRequest,
  needed: Permission | null,
  services: Services,
): Promise<Client> {
  const { clients, config, rateLimits } = services
  const key = readHeader(request, 'x-api-key')
  if (!key) throw VerifyHQError.of('keyMissing')
  const perAddress = takeFromAddress(request, services)
  if (!perAddress.allowed) throw VerifyHQError.of('tooManyRequests', { retryAfter: perAddress.retryAfter })
  const parts = splitKey(key) ?? { lookup: '', secret: key }
  const client = await clients.authenticate('verifyhq', parts.lookup, parts.secret)
  if (!client || !isServed(config, client.environment)) throw VerifyHQError.of('keyInvalid')
  noteClient(request, client)
  if (!isAddressAllowed(request.ip, client.settings.ipAllowList)) throw VerifyHQError.of('addressNotAllowed')
  const limit = client.settings.ratePerMinute ?? config.rates.perClient
  const perClient = rateLimits.take(client.id, limit)
  if (!perClient.allowed) throw VerifyHQError.of('tooManyRequests', { retryAfter: perClient.retryAfter })
  if (needed && client.settings.permissions && !client.settings.permissions.includes(needed)) {
    throw VerifyHQError.of('permission', { detail: `${needed} is required` })
  }
  return client
}

/**
 * The admin calls' secret, compared in constant time. Where none is set no secret is right. Wrong ones stand in the
 * audit log; right ones by what they did.
 * @throws VerifyHQError
 */
export async function authenticateAdmin(request: FastifyRequest, services: Services): Promise<void> {
  const { config, rateLimits } = services
  const perAddress = takeFromAddress(request, services)
  if (!perAddress.allowed) throw VerifyHQError.of('tooManyRequests', { retryAfter: perAddress.retryAfter })
  const expected = adminSecret.of(config)
  const given = readHeader(request, 'x-admin-secret')
  const isRight = () => expected !== undefined && given !== undefined && isSameText(given, expected)
  const guess = judgeGuess(request, rateLimits, 'admin', isRight)
  if (guess.result === 'right') return
  if (guess.result === 'refused') throw VerifyHQError.of('tooManyRequests', { retryAfter: guess.retryAfter })
  await noteRefusedAdministrator(services, 'stranger')
  throw VerifyHQError.of('adminSecret')
}
