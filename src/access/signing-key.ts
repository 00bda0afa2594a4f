import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto'

/** An RSA pair for clients that prove themselves by encrypting to us. PEM, SPKI and PKCS #8. */
export function createSigningKey(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}

/**
 * Opens base64 of RSA-OAEP (SHA-1).
 * @returns the plain text, or null when it was not encrypted to this key
 */
export function openSigned(privateKey: string, encoded: string): string | null {
  try {
    const opened = privateDecrypt(
      { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
      Buffer.from(encoded, 'base64'),
    )
    return opened.toString('utf8')
  } catch {
    return null
  }
}
