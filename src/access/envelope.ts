/** Sealing of small secrets for the database: AES-256-GCM under a key derived from the master key. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { KeyPurpose, MasterKey } from './master-key.ts'

const nonceLength = 12
const tagLength = 16

/** Sealed bytes were changed, belong to another row, or the key is not theirs. */
export class SealError extends Error {
  override readonly name = 'SealError'
}

/**
 * Encrypts `plain`. `context` says what the bytes belong to (client, row): sealed bytes that were moved
 * to another place do not open.
 * @returns `<key id>.<base64 of nonce, ciphertext, tag>`
 */
export function seal(masterKey: MasterKey, purpose: KeyPurpose, context: string, plain: Uint8Array): string {
  const sealed = encrypt(masterKey.derive(purpose), context, plain)
  return `${masterKey.id}.${sealed.toString('base64')}`
}

/** Undoes `seal`. @throws SealError, or MasterKeyError when the key is no longer known */
export function open(masterKey: MasterKey, purpose: KeyPurpose, context: string, sealed: string): Buffer {
  const dot = sealed.indexOf('.')
  if (dot < 0) throw new SealError('The sealed text names no key.')
  const key = masterKey.derive(purpose, sealed.slice(0, dot))
  return decrypt(key, context, Buffer.from(sealed.slice(dot + 1), 'base64'))
}

/** True when `sealed` is under the current master key. */
export function isCurrent(masterKey: MasterKey, sealed: string): boolean {
  return sealed.startsWith(`${masterKey.id}.`)
}

/** Opens and seals again under the current master key. @returns null when it is under that already */
export function rewrap(
  masterKey: MasterKey,
  purpose: KeyPurpose,
  context: string,
  sealed: string,
): string | null {
  if (isCurrent(masterKey, sealed)) return null
  return seal(masterKey, purpose, context, open(masterKey, purpose, context, sealed))
}

/** AES-256-GCM with a fresh random nonce. @returns nonce (12 bytes), ciphertext, tag (16 bytes) */
export function encrypt(key: Buffer, context: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(context))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Undoes `encrypt`. @throws SealError when a single bit, the key or the context differs */
export function decrypt(key: Buffer, context: string, sealed: Buffer): Buffer {
  if (sealed.length < nonceLength + tagLength) throw new SealError('The sealed bytes are cut short.')
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceLength), {
    authTagLength: tagLength,
  })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(sealed.subarray(sealed.length - tagLength))
  const middle = sealed.subarray(nonceLength, sealed.length - tagLength)
  try {
    // GCM holds nothing back: `update` gives every byte, `final` only checks the tag.
    const plain = decipher.update(middle)
    decipher.final()
    return plain
  } catch (error) {
    throw new SealError('The sealed bytes were changed or belong elsewhere.', { cause: error })
  }
}
