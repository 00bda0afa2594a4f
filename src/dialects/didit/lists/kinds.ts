import { createHash } from 'node:crypto'
import type { Client } from '../../../access/clients.ts'

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
