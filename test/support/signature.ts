import { constants, publicEncrypt } from 'node:crypto'

/** Cashfree's x-cf-signature, made now. @param clientId as the client sends it */
export function sign(publicKey: string, clientId: string): string {
  const text = `${clientId}.${Math.floor(Date.now() / 1000)}`
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  return publicEncrypt({ key: publicKey, padding, oaepHash: 'sha1' }, Buffer.from(text)).toString('base64')
}
