/** What is read of a browser's WebAuthn messages before the library checks them. */
import { ConsoleError } from './errors.ts'

/**
 * Refuses what vouches for itself by certificates. The library would look up whether they were revoked at whatever address
 * they name, from inside the network and without a limit, before it finds that it does not know their root.
 * @param attestationObject base64url, as a browser sends it
 * @throws ConsoleError invalid_credentials
 */
export async function refuseCertificates(attestationObject: string): Promise<void> {
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers')
  if (hasCertificates(attestationObject, decodeAttestationObject))
    throw new ConsoleError('invalid_credentials')
}

/** A browser that is asked for no attestation leaves it out, or passes on one that the new key itself signed. */
function hasCertificates(attestationObject: string, decode: Decode): boolean {
  try {
    const decoded = decode(new Uint8Array(Buffer.from(attestationObject, 'base64url')))
    const format = decoded.get('fmt')
    return format !== 'none' && !(format === 'packed' && decoded.get('attStmt').get('x5c') === undefined)
  } catch {
    // What cannot be read is the library's to refuse.
    return false
  }
}

type Decode = typeof import('@simplewebauthn/server/helpers').decodeAttestationObject

/** @returns '' where there is none, which was given to nobody */
export function challengeOf(clientDataJSON: string): string {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString())
    return /^[\w-]{1,200}$/.test(challenge) ? challenge : ''
  } catch {
    return ''
  }
}
