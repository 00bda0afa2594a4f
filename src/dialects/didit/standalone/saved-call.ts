/** What a saved call keeps, all of it or nothing: its pictures, its face, its session and the webhook about it. */
import type { Transaction } from 'kysely'
import type { Client } from '../../../access/clients.ts'
import type { Tables } from '../../../database/index.ts'
import type { Reservation } from '../../../records/checks.ts'
import type { KeptPictures } from '../../../records/submitted-pictures.ts'
import type { Services } from '../../dialect.ts'
import { linkMatches } from '../sessions/match-links.ts'
import { type ApiService, addSession, nextNumber, type Session } from '../sessions/records.ts'
import { matchedSessionIds, type Surroundings, toStatusUpdate } from '../sessions/translate.ts'
import type { CommonFields, Judgement, Operation } from './operation.ts'

/** Writes the files of a call's pictures, under the names of their fields, ahead of the transaction that keeps them. */
export function keepPictures(
  services: Services,
  client: Client,
  operation: Operation,
  pictures: readonly Buffer[],
): Promise<KeptPictures> {
  const byField = operation.pictures.map((name, index) => [name, pictures[index]!] as const)
  return services.pictures.stage(client.id, Object.fromEntries(byField), { linked: true })
}

export interface SavedCall {
  client: Client
  service: ApiService
  fields: CommonFields
  judgement: Judgement
  kept: KeptPictures
  /** Enrolled; null: nobody is. */
  template: Float32Array | null
  place: Reservation
  /** Unix milliseconds. */
  time: number
}

export async function saveCall(
  transaction: Transaction<Tables>,
  { gallery, webhooks }: Services,
  { client, service, fields, judgement, kept, template, place, time }: SavedCall,
  surroundings: Surroundings,
): Promise<void> {
  const { status, warnings, report } = judgement
  const { vendorData, metadata } = fields
  if (template) {
    const approved = status === 'Approved'
    await gallery.add(transaction, { clientId: client.id, template, vendorData, checkId: place.id, approved })
  }
  await kept.insert(transaction, place.id)
  const session: Session = {
    id: place.id,
    number: await nextNumber(transaction, client.id),
    clientId: client.id,
    service,
    status,
    vendorData,
    metadata,
    risks: warnings.map(({ risk }) => risk),
    report,
    pictures: { ...kept.ids },
    reviews: [],
    blocklistedAt: null,
    createdAt: time,
  }
  await addSession(transaction, session)
  const named = matchedSessionIds(session).filter((id) => surroundings.sessions.has(id))
  await linkMatches(transaction, session.id, named)
  await webhooks.enqueue(transaction, {
    clientId: client.id,
    dialect: 'didit',
    type: 'status.updated',
    subjectId: session.id,
    payload: toStatusUpdate(session, surroundings),
  })
}
