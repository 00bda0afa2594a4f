/** Numbered migrations, oldest first. A released one is never edited: add the next number. */
import type { Migration } from 'kysely'
import { migration as clientsAndChecks } from './0001-clients-and-checks.ts'
import { migration as platform } from './0002-platform.ts'
import { migration as challengeSessions } from './0003-challenge-sessions.ts'
import { migration as diditSessions } from './0004-didit-sessions.ts'
import { migration as reservedChecks } from './0005-reserved-checks.ts'
import { migration as installation } from './0006-installation.ts'
import { migration as usedSignatures } from './0007-used-signatures.ts'
import { migration as personsOfChecks } from './0008-persons-of-checks.ts'
import { migration as consoleTables } from './0009-console.ts'
import { migration as idempotencyKeys } from './0010-idempotency-keys.ts'
import { migration as rateWindows } from './0011-rate-windows.ts'
import { migration as indexes } from './0012-indexes.ts'
import { migration as signInAttempts } from './0013-sign-in-attempts.ts'
import { migration as diditMatches } from './0014-didit-matches.ts'
import { migration as webhookAttempts } from './0015-webhook-attempts.ts'
import { migration as credentialNames } from './0016-credential-names.ts'
import { migration as diditSessionNumbers } from './0017-didit-session-numbers.ts'
import { migration as casesOfClients } from './0018-cases-of-clients.ts'
import { migration as captureStreams } from './0019-capture-streams.ts'
import { migration as people } from './0020-people.ts'
import { migration as pendingChecks } from './0021-pending-checks.ts'
import { migration as checkBatches } from './0023-check-batches.ts'
import { migration as passkeys } from './0024-passkeys.ts'
import { migration as serversBeside } from './0026-servers-beside.ts'
import { migration as imprints } from './0027-imprints.ts'
import { migration as sessionOptions } from './0028-session-options.ts'
import { migration as consoleProviders } from './0030-console-providers.ts'
import { migration as balances } from './0031-balances.ts'
import { migration as branding } from './0035-branding.ts'

export const migrations: Record<string, Migration> = {
  '0001-clients-and-checks': clientsAndChecks,
  '0002-platform': platform,
  '0003-challenge-sessions': challengeSessions,
  '0004-didit-sessions': diditSessions,
  '0005-reserved-checks': reservedChecks,
  '0006-installation': installation,
  '0007-used-signatures': usedSignatures,
  '0008-persons-of-checks': personsOfChecks,
  '0009-console': consoleTables,
  '0010-idempotency-keys': idempotencyKeys,
  '0011-rate-windows': rateWindows,
  '0012-indexes': indexes,
  '0013-sign-in-attempts': signInAttempts,
  '0014-didit-matches': diditMatches,
  '0015-webhook-attempts': webhookAttempts,
  '0016-credential-names': credentialNames,
  '0017-didit-session-numbers': diditSessionNumbers,
  '0018-cases-of-clients': casesOfClients,
  '0019-capture-streams': captureStreams,
  '0020-people': people,
  '0021-pending-checks': pendingChecks,
  '0023-check-batches': checkBatches,
  '0024-passkeys': passkeys,
  '0026-servers-beside': serversBeside,
  '0027-imprints': imprints,
  '0028-session-options': sessionOptions,
  '0030-console-providers': consoleProviders,
  '0031-balances': balances,
  '0035-branding': branding,
}
