/** The limits of a client: how the command line, the console and Liveface's own API show and change them. */
import type { Selectable } from 'kysely'
import type { ClientsTable } from '../database/schema.ts'
import type { Clients } from './clients.ts'
import { type ClientSettings, parseClientSettings } from './settings.ts'

/** Null in each: as the server limits every client; kept until erased; not billed. */
export interface ClientLimits extends Pick<ClientSettings, 'ratePerMinute' | 'retentionMonths'> {
  /** Prepaid calls that are left. */
  balance: number | null
}

export function limitsOf({
  settings,
  balance,
}: Pick<Selectable<ClientsTable>, 'settings' | 'balance'>): ClientLimits {
  const { ratePerMinute, retentionMonths } = parseClientSettings(JSON.parse(settings))
  return { ratePerMinute, retentionMonths, balance }
}

/** Changes what is named; the rest stays. Every server heeds it at once. @throws Error when there is no such client */
export async function changeLimits(
  clients: Clients,
  id: string,
  { balance, ...settings }: Partial<ClientLimits>,
  actor?: string,
): Promise<void> {
  if (Object.keys(settings).length > 0) await clients.update(id, settings, actor)
  if (balance !== undefined) await clients.setBalance(id, balance, actor)
}
