import { decrypt, encrypt } from '../access/envelope.ts'
import { dimensions, rowBytes } from './kernel.ts'

/**
 * A copy of unit length.
 * @throws RangeError unless it is 128 finite numbers that are not all zero
 */
export function unitTemplate(template: Float32Array): Float32Array {
  if (template.length !== dimensions) {
    throw new RangeError(`Expected a template of ${dimensions} values but received ${template.length}.`)
  }
  let square = 0
  for (const value of template) square += value * value
  const length = Math.sqrt(square)
  if (!Number.isFinite(length) || length === 0) {
    throw new RangeError('Expected a template of finite values that are not all zero.')
  }
  return template.map((value) => value / length)
}

/** Encrypts a template, as little-endian float32 (so is every machine Node runs on), for its row. @returns base64 */
export function sealTemplate(key: Buffer, clientId: string, id: string, template: Float32Array): string {
  const bytes = new Uint8Array(template.buffer, template.byteOffset, rowBytes)
  return encrypt(key, contextOf(clientId, id), bytes).toString('base64')
}

/** Undoes `sealTemplate`. @throws SealError when it was changed or belongs to another row */
export function openTemplate(key: Buffer, clientId: string, id: string, sealed: string): Float32Array {
  const bytes = decrypt(key, contextOf(clientId, id), Buffer.from(sealed, 'base64'))
  const template = new Float32Array(dimensions)
  new Uint8Array(template.buffer).set(bytes)
  bytes.fill(0)
  return template
}

function contextOf(clientId: string, id: string): string {
  return `template/${clientId}/${id}`
}
