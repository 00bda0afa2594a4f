import { randomBytes } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Client, IssuedCredential } from '../../../src/access/clients.ts'
import { isAddressAllowed } from '../../../src/access/ip-allow-list.ts'
import { isServed } from '../../../src/dialects/common/environments.ts'
import { takeFromAddress } from '../../../src/dialects/common/limits.ts'
import type { Services } from '../../../src/dialects/dialect.ts'
import { noteClient } from '../../../src/dialects/sandbox.ts'
import { readHeader } from '../../../src/receive/header.ts'
import { FifthError } from './errors.ts'

const lookupLength = 12

export function issueCredential(): IssuedCredential {
  const key = randomBytes(24).toString('hex')
  return { lookup: key.slice(0, lookupLength), secret: key, headers: { 'x-fifth-key': key } }
}

/** @throws FifthError */
export async function authenticate(request: FastifyRequest, services: Services): Promise<Client> {
  const { clients, config, rateLimits } = services
  const perAddress = takeFromAddress(request, services)
  if (!perAddress.allowed) throw new FifthError('too_many', perAddress.retryAfter)
  const key = readHeader(request, 'x-fifth-key')
  const client = key ? await clients.authenticate('fifth', key.slice(0, lookupLength), key) : null
  if (!client || !isServed(config, client.environment)) throw new FifthError('key')
  noteClient(request, client)
  if (!isAddressAllowed(request.ip, client.settings.ipAllowList)) throw new FifthError('address')
  const limit = client.settings.ratePerMinute ?? config.rates.perClient
  const perClient = rateLimits.take(client.id, limit)
  if (!perClient.allowed) throw new FifthError('too_many', perClient.retryAfter)
  return client
}
