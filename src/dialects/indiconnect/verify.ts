/** The mutation itself: which document, which pictures, one answer. */
import { randomUUID } from 'node:crypto'
import { refusalOf } from '../../checks/refusals.ts'
import type { Services } from '../dialect.ts'
import { type Caller, documents } from './checks.ts'
import {
  type DocumentType,
  isSupported,
  readDocumentType,
  type VerifyInput,
  type VerifyResponse,
} from './schemas.ts'
import { failed } from './translate.ts'

/**
 * Answers one `verify`. Wrong input, bad pictures and a fault of ours are answers; what the transport has a status for
 * is thrown.
 * @throws CheckRefused
 */
export async function verify(
  input: VerifyInput,
  caller: Caller,
  services: Services,
): Promise<VerifyResponse> {
  const { documentType } = input
  if (!documentType.trim()) return failed(400, 'documentType is required.')
  if (!isSupported(documentType)) return failed(400, `Unsupported document type: ${documentType}`)
  const document = documents[readDocumentType(documentType) as DocumentType]
  const missing = document.urls.find((name) => !input[name]?.trim())
  if (missing) return failed(400, `${missing} is required.`)
  const urls = document.urls.map((name) => input[name]!)
  return document.verify(urls, caller, services).catch((error) => {
    const refusal = refusalOf(error, caller.log)
    if (refusal.code !== 'internal') throw refusal
    // Nothing is kept of it: the ids are as good as any.
    return document.broken({ requestId: randomUUID(), at: Date.now() })
  })
}
