/** Lists and the faces on them in the vendor's words. */
import type { FastifyRequest } from 'fastify'
import type { Client } from '../../../access/clients.ts'
import type { Entry } from '../../../gallery/types.ts'
import { linkTo } from '../../common/picture-links.ts'
import type { Services } from '../../dialect.ts'
import type { Session } from '../sessions/records.ts'
import { toUtcTime } from '../times.ts'
import { type Kind, listId } from './kinds.ts'

/** A list of a client, which there is as long as the client. */
export async function toList({ database, gallery }: Services, client: Client, kind: Kind) {
  const count = await gallery.count(client.id, { list: kind.list })
  const [newest] = await gallery.list(client.id, { list: kind.list, limit: 1 })
  const row = await database
    .selectFrom('clients')
    .select('created_at')
    .where('id', '=', client.id)
    .executeTakeFirst()
  const createdAt = row?.created_at ?? 0
  const { list: _list, ...facts } = kind
  return {
    uuid: listId(client, kind),
    ...facts,
    entry_type: 'face',
    is_system: true,
    entry_count: count,
    last_entry_added_at: newest ? toUtcTime(newest.createdAt) : null,
    created_at: toUtcTime(createdAt),
    updated_at: toUtcTime(newest?.createdAt ?? createdAt),
  }
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

/** A row of /blocklist/. @param session where the face came from, as far as it still exists */
export function toBlockedFace(
  entry: Entry,
  session: Session | undefined,
  link: (pictureId: string) => string,
) {
  const picture = session?.pictures.user_image
  return {
    type: 'face',
    session_id: session?.id ?? null,
    session_number: session?.number ?? null,
    blocklisted_at: toUtcTime(session?.blocklistedAt ?? entry.createdAt),
    face_image: picture ? link(picture) : null,
    document_type: null,
    document_number: null,
    front_image: null,
    phone_number: null,
    country_code: null,
    email: null,
  }
}
