import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Client } from '../../../access/clients.ts'
import type { Entry } from '../../../gallery/types.ts'
import type { Services } from '../../dialect.ts'
import { authenticate } from '../auth.ts'
import { DiditError } from '../errors.ts'
import { linkTo } from '../picture-links.ts'
import type { Session } from '../sessions/records.ts'
import { toUtcTime } from '../times.ts'

/** The lists of every application: one of blocked, one of allowed faces. */
export const kinds = [
  {
    list: 'block',
    list_type: 'blocklist',
    name: 'Face Blocklist',
    description: 'Faces that are declined.',
  },
  {
    list: 'allow',
    list_type: 'allowlist',
    name: 'Face Allowlist',
    description: 'Faces that raise no warning about duplicates.',
  },
] as const
export type Kind = (typeof kinds)[number]

/** A UUID that is the same for the same application and list, so that it need not be stored. */
export function listId(client: Client, { list }: Kind): string {
  const hex = createHash('sha256').update(`didit-list/${client.id}/${list}`).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

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

/** An entry of a list. @param session where its face came from, as far as it still exists */
export async function toEntry(
  request: FastifyRequest,
  services: Services,
  entry: Entry,
  session: Session | undefined,
) {
  const uploaded = entry.checkId ? [] : await services.evidence.list(entry.clientId, entry.id)
  const picture = session?.pictures.user_image ?? uploaded[0]?.id
  return {
    uuid: entry.id,
    value: entry.id,
    display_label: '',
    comment: entry.label ?? '',
    added_by: 'api',
    reference_session_id: session?.id ?? null,
    reference_session_number: session?.number ?? null,
    reference_object_uuid: entry.id,
    metadata: { reference_image_url: picture ? linkTo(request, services)(picture) : null },
    created_at: toUtcTime(entry.createdAt),
  }
}
