import type { Client } from '../../../access/clients.ts'
import { stableUuid } from '../stable-uuid.ts'

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

/** The id of a client's list, which is not stored. */
export function listId(client: Client, { list }: Kind): string {
  return stableUuid(`didit-list/${client.id}/${list}`)
}
