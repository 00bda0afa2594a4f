import { randomBytes } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Client, Environment, IssuedCredential } from '../../access/clients.ts'
import { isAddressAllowed } from '../../access/ip-allow-list.ts'
import { readHeader } from '../../receive/header.ts'
import { environmentOf, isServed } from '../common/environments.ts'
import { takeFromAddress } from '../common/limits.ts'
import type { Services } from '../dialect.ts'
import { noteClient } from '../sandbox.ts'
import { IndiconnectError } from './errors.ts'
import { acceptsProvidercode } from './settings.ts'

/** Every key of an environment names it between its first and last part. */
const words: Record<Environment, string> = { sandbox: 'test', production: 'live' }
const lookupPrefix = { sandbox: `indc_${words.sandbox}_`, production: `indc_${words.production}_` }

export function issueCredential(environment: Environment): IssuedCredential {
  const key = (prefix: string) => `${prefix}_${words[environment]}_${randomBytes(8).toString('hex')}`
  const [lookup, accessKey, serviceKey] = [key('indc'), key('ac'), key('sk')]
  return {
    lookup,
    secret: secretOf(accessKey, serviceKey),
    headers: {
      Authorization: `x-api-access ${lookup}:${accessKey}`,
      'service-key': serviceKey,
      myAppId: 'verification_v4_app',
    },
  }
}

/** Either key alone has 64 random bits, as the vendor's have; both together are what is compared. */
function secretOf(accessKey: string, serviceKey: string): string {
  return `${accessKey}/${serviceKey}`
}

/**
 * Who calls. A missing header, an unknown key and a wrong one are one and the same answer.
 * @throws IndiconnectError
 */
export async function authenticate(request: FastifyRequest, services: Services): Promise<Client> {
  const { clients, config, rateLimits } = services
  const perAddress = takeFromAddress(request, services)
  if (!perAddress.allowed) throw new IndiconnectError('tooMany', { retryAfter: perAddress.retryAfter })
  const keys = readKeys(request)
  const named =
    readHeader(request, 'myappid') ?? (acceptsProvidercode.of(config) && readHeader(request, 'providercode'))
  if (!keys || !named) throw new IndiconnectError('unauthorized')
  const environment = environmentOf(keys.lookup, lookupPrefix)
  if (environment && !isServed(config, environment)) throw new IndiconnectError('unauthorized')
  const client = await clients.authenticate('indiconnect', keys.lookup, keys.secret)
  if (!client) throw new IndiconnectError('unauthorized')
  noteClient(request, client)
  if (!isAddressAllowed(request.ip, client.settings.ipAllowList))
    throw new IndiconnectError('addressNotAllowed')
  const limit = client.settings.ratePerMinute ?? config.rates.perClient
  const perClient = rateLimits.take(`${client.id}/verify`, limit)
  if (!perClient.allowed) throw new IndiconnectError('tooMany', { retryAfter: perClient.retryAfter })
  return client
}

/** `Authorization: x-api-access KEY:SECRET` and `service-key`; null when either is missing or malformed. */
function readKeys(request: FastifyRequest): { lookup: string; secret: string } | null {
  const match = /^x-api-access\s+([^\s:]+):(\S+)$/i.exec(readHeader(request, 'authorization') ?? '')
  const serviceKey = readHeader(request, 'service-key')
  if (!match || !serviceKey) return null
  return { lookup: match[1]!, secret: secretOf(match[2]!, serviceKey) }
}
