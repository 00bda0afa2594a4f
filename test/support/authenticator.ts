/** An authenticator in software (WebAuthn, ES256, no attestation), for tests without a browser. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { isoCBOR } from '@simplewebauthn/server/helpers'

const flags = { present: 0x01, verified: 0x04, hasCredential: 0x40 }
const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest()

export interface AuthenticatorOptions {
  origin: string
  /** Has its owner given a fingerprint, a face or a PIN? */
  isVerified?: boolean
  /** Format of the attestation, with a certificate that says nothing; default: no attestation. */
  attested?: string
}

/** One key, which counts its uses. */
export function softwareAuthenticator() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  let counter = 0

  function dataFor({ origin, isVerified = true }: AuthenticatorOptions, more = 0): Buffer {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter++)
    const set = flags.present | (isVerified ? flags.verified : 0) | more
    return Buffer.concat([sha256(new URL(origin).hostname), Buffer.from([set]), count])
  }
  const clientData = (type: string, challenge: string, { origin }: AuthenticatorOptions) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const credential = {
    id: base64url(id),
    rawId: base64url(id),
    type: 'public-key' as const,
    clientExtensionResults: {},
  }

  return {
    /** The answer to an offer. */
    make(challenge: string, options: AuthenticatorOptions): RegistrationResponseJSON {
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
      const key = new Map<number, number | Uint8Array<ArrayBuffer>>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
        [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
      ])
      const authData = Buffer.concat([
        dataFor(options, flags.hasCredential),
        Buffer.alloc(16),
        Buffer.from([0, id.length]),
        id,
        isoCBOR.encode(key),
      ])
      const attestation = new Map<
        string,
        string | Map<string, Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer>
      >([
        ['fmt', options.attested ?? 'none'],
        ['attStmt', options.attested ? new Map([['x5c', new Uint8Array(1)]]) : new Map()],
        ['authData', new Uint8Array(authData)],
      ])
      const clientDataJSON = base64url(clientData('webauthn.create', challenge, options))
      const attestationObject = base64url(isoCBOR.encode(attestation))
      return { ...credential, response: { clientDataJSON, attestationObject, transports: ['internal'] } }
    },

    /** The answer to a challenge. */
    use(challenge: string, options: AuthenticatorOptions): AuthenticationResponseJSON {
      const authenticatorData = dataFor(options)
      const data = clientData('webauthn.get', challenge, options)
      const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(data)]), privateKey)
      return {
        ...credential,
        response: {
          clientDataJSON: base64url(data),
          authenticatorData: base64url(authenticatorData),
          signature: base64url(signature),
        },
      }
    },

    /** Counts as a copy made earlier would. */
    rewind(): void {
      counter = 0
    },
  }
}
