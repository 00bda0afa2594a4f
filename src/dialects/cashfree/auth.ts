import { randomBytes, randomInt } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Client, Environment, IssuedCredential } from '../../access/clients.ts'
import { isAddressAllowed } from '../../access/ip-allow-list.ts'
import { openSigned } from '../../access/signing-key.ts'
import { readHeader } from '../../receive/header.ts'
import { environmentOf, isServed } from '../common/environments.ts'
import { takeFromAddress } from '../common/limits.ts'
import type { Services } from '../dialect.ts'
import { noteClient } from '../sandbox.ts'
import { singleUseSignatures } from './client-switches.ts'
import { CashfreeError } from './errors.ts'
import { signatureWindow } from './settings.ts'

const secretPrefix: Record<Environment, string> = {
  sandbox: 'cfsk_ma_test_',
  production: 'cfsk_ma_prod_',
}

export function issueCredential(environment: Environment): IssuedCredential {
  const digits = Array.from({ length: 20 }, () => randomInt(10)).join('')
  const lookup = environment === 'sandbox' ? `TEST${digits}` : `CF${digits}`
  const secret = `${secretPrefix[environment]}${randomBytes(16).toString('hex')}_${randomBytes(16).toString('hex')}`
  return { lookup, secret, headers: { 'x-client-id': lookup, 'x-client-secret': secret } }
}

/**
 * Who calls, in the vendor's order of checks: both headers, the secret's environment, the pair,
 * the second factor (address or signature), then the rate limits.
 * @param operation what the per-operation limit counts
 * @throws CashfreeError
 */
export async function authenticate(
  request: FastifyRequest,
  operation: string,
  services: Services,
): Promise<Client> {
  const { clients, config, rateLimits } = services
  const id = readHeader(request, 'x-client-id')
  if (!id) throw new CashfreeError('clientIdMissing')
  const secret = readHeader(request, 'x-client-secret')
  if (!secret) throw new CashfreeError('clientSecretMissing')
  const environment = environmentOf(secret, secretPrefix)
  if (environment && !isServed(config, environment))
    throw new CashfreeError(environment === 'sandbox' ? 'testSecret' : 'productionSecret')

  const perAddress = takeFromAddress(request, services)
  const client = await clients.authenticate('cashfree', id, secret)
  if (!client && perAddress.allowed) throw new CashfreeError('wrongCredentials')
  if (client) {
    noteClient(request, client)
    if (!isAddressAllowed(request.ip, client.settings.ipAllowList)) {
      throw new CashfreeError('addressNotAllowed', { address: request.ip })
    }
    if (client.settings.signatureKey) await checkSignature(request, id, client, services)
  }
  if (!client || !perAddress.allowed) {
    throw new CashfreeError('tooManyPerAddress', { retryAfter: perAddress.retryAfter })
  }
  const limit = client.settings.ratePerMinute ?? config.rates.perClient
  const perOperation = rateLimits.take(`${client.id}/${operation}`, limit)
  if (!perOperation.allowed)
    throw new CashfreeError('tooManyPerOperation', { retryAfter: perOperation.retryAfter })
  return client
}

/** @throws CashfreeError */
async function checkSignature(
  request: FastifyRequest,
  id: string,
  client: Client,
  { config, usedSignatures }: Services,
): Promise<void> {
  const signature = readHeader(request, 'x-cf-signature')
  if (!signature) throw new CashfreeError('signatureMissing')
  const signedAt = timeOf(signature, client.settings.signatureKey ?? '', id)
  const window = signatureWindow.of(config) * 1000
  if (signedAt === null || Math.abs(Date.now() - signedAt) > window) {
    throw new CashfreeError('signatureInvalid')
  }
  if (!singleUseSignatures.isOn(client)) return
  const isNew = await usedSignatures.use(client.id, Buffer.from(signature, 'base64'), signedAt + window)
  if (!isNew) throw new CashfreeError('signatureInvalid')
}

/**
 * The "signature" is `clientId.unixSeconds`, encrypted to the client's public key with RSA-OAEP and
 * SHA-1, in base64. An id may hold dots, so the time stands after the last one.
 * @returns Unix milliseconds; null when it is none of this client's
 */
function timeOf(signature: string, privateKey: string, clientId: string): number | null {
  const plain = openSigned(privateKey, signature)
  const dot = plain?.lastIndexOf('.') ?? -1
  if (plain === null || dot < 0 || plain.slice(0, dot) !== clientId) return null
  const time = plain.slice(dot + 1)
  return /^\d{1,12}$/.test(time) ? 1000 * Number(time) : null
}
