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
    if (client.settings.signatureKey) {
      const signature = readHeader(request, 'x-cf-signature')
      if (!signature) throw new CashfreeError('signatureMissing')
      if (!isSignatureValid(signature, client.settings.signatureKey, id, signatureWindow.of(config))) {
        throw new CashfreeError('signatureInvalid')
      }
    }
  }
  if (!client || !perAddress.allowed) {
    throw new CashfreeError('tooManyPerAddress', { retryAfter: perAddress.retryAfter })
  }
  const limit = client.settings.ratePerMinute ?? config.LIVEFACE_RATE_PER_CLIENT
  const perOperation = rateLimits.take(`${client.id}/${operation}`, limit)
  if (!perOperation.allowed)
    throw new CashfreeError('tooManyPerOperation', { retryAfter: perOperation.retryAfter })
  return client
}

/**
 * The "signature" is `clientId.unixSeconds`, encrypted to the client's public key with RSA-OAEP and
 * SHA-1, in base64. An id may hold dots, so the time stands after the last one.
 */
function isSignatureValid(
  signature: string,
  privateKey: string,
  clientId: string,
  windowSeconds: number,
): boolean {
  const plain = openSigned(privateKey, signature)
  const dot = plain?.lastIndexOf('.') ?? -1
  if (plain === null || dot < 0 || plain.slice(0, dot) !== clientId) return false
  const time = plain.slice(dot + 1)
  return /^\d{1,12}$/.test(time) && Math.abs(Date.now() / 1000 - Number(time)) <= windowSeconds
}
