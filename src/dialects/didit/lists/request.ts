import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Client } from '../../../access/clients.ts'
import { sniff } from '../../../engine/picture/sniff.ts'
import { decodeBase64 } from '../../../receive/base64.ts'
import { findNul } from '../../../receive/nul.ts'
import type { Services } from '../../dialect.ts'
import { authenticate } from '../auth.ts'
import { DiditError, FieldError } from '../errors.ts'
import { type BodyReader, nulError } from '../request.ts'
import type { Selection } from './faces.ts'
import { type Kind, kinds, listId } from './kinds.ts'

export const maxPictureBytes = 5 * 1024 * 1024

/** The client, and its list with this id. @throws DiditError */
export async function ownList(
  request: FastifyRequest,
  reply: FastifyReply,
  services: Services,
  id: string,
): Promise<{ client: Client; kind: Kind }> {
  const client = await authenticate(request, reply, services)
  const kind = kinds.find((candidate) => listId(client, candidate) === id)
  if (!kind) throw new DiditError('listNotFound')
  return { client, kind }
}

/**
 * `search` and `ordering` of a list's entries. As the vendor's framework does, what is no order is none.
 * @throws FieldError when `search` has a character that no text keeps
 */
export function readSelection(request: FastifyRequest): Selection {
  const { search, ordering } = request.query as Record<string, unknown>
  const text = typeof search === 'string' ? search.trim() : ''
  if (findNul(text)) throw new FieldError({ search: [nulError] })
  return { ...(text ? { text } : {}), oldestFirst: ordering === 'created_at' }
}

/** JPEG, PNG or WebP in base64, with or without a data URL's head. */
export function readPicture(body: BodyReader): Buffer | undefined {
  const text = body.text('image', { required: true })?.replace(/^data:image\/[a-z]+;base64,/, '')
  if (text === undefined) return undefined
  const bytes = decodeBase64(text)
  if (!bytes) return body.fail('image', 'Invalid base64-encoded image.')
  if (bytes.length > maxPictureBytes) return body.fail('image', 'File size should not exceed 5 MB')
  return ['jpeg', 'png', 'webp'].includes(sniff(bytes) ?? '')
    ? bytes
    : body.fail('image', 'Invalid base64-encoded image.')
}
