import type { AuditEntry } from '../records/types.ts'

/**
 * What was done to an account of the console, for the audit log. Accounts belong to no client.
 * @param actor `console:` and the id of who did it, or another actor of the log
 * @param userId whose account it was done to; null: nobody's
 */
export function userAct(
  actor: string,
  action: string,
  userId: string | null,
  details: Record<string, unknown> = {},
): AuditEntry {
  return { actor, clientId: null, action, subject: userId, details }
}
