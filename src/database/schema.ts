/** The tables, as Kysely sees them. Times are Unix milliseconds, flags 0 or 1, JSON is text. */
import type { Generated } from 'kysely'
import type {
  CaptureStreamsTable,
  ChallengePhotoBandsTable,
  ChallengePhotosTable,
  ChallengeSessionsTable,
} from './schema-challenges.ts'
import type {
  CaseDecisionsTable,
  ConsoleAttemptsTable,
  ConsoleChallengesTable,
  ConsolePasskeysTable,
  ConsoleProviderWaysTable,
  ConsoleSessionsTable,
  ConsoleUsersTable,
} from './schema-console.ts'
import type { DiditMatchesTable, DiditSessionNumbersTable, DiditSessionsTable } from './schema-didit.ts'
import type { ImprintBandsTable, ImprintsTable } from './schema-imprints.ts'
import type {
  BatchedChecksTable,
  CheckBatchesTable,
  PendingChecksTable,
  PeopleTable,
} from './schema-native.ts'
import type {
  AuditHeadTable,
  AuditTable,
  EvidenceTable,
  GalleryEntriesTable,
  GalleryHeadsTable,
  WebhookAttemptsTable,
  WebhookDeliveriesTable,
  WebhookDestinationsTable,
  WebhookEventsTable,
} from './schema-platform.ts'

export interface ClientsTable {
  id: string
  dialect: string
  environment: 'sandbox' | 'production'
  name: string
  /** JSON: ClientSettings of access/clients.ts. */
  settings: string
  /** Prepaid calls left; null when the client is not billed. */
  balance: number | null
  created_at: number
  revoked_at: number | null
}

export interface CredentialsTable {
  id: string
  client_id: string
  /** Public part by which the credential is found. */
  lookup: string
  /** What people call it; null: nothing. */
  name: string | null
  /** Keyed digest of the secret part, hex. */
  digest: string
  created_at: number
  revoked_at: number | null
}

export interface ChecksTable {
  /** Never repeats, also after deletion: vendors call it reference_id or session_number. */
  reference: Generated<number>
  id: string
  client_id: string
  dialect: string
  operation: string
  /** The caller's own id; unique per client and operation when present. */
  external_id: string | null
  /**
   * The caller's own id of the person, taken with the request where the dialect keeps it with the check: a person's
   * records are found by it, erased and exported.
   */
  person: string | null
  state: 'reserved' | 'done'
  /** Verdict in the dialect's own words. */
  status: string | null
  /** JSON of the answer; holds no picture and no template. */
  result: string | null
  created_at: number
  completed_at: number | null
  /** In no vendor's words; null before the verdict, and of checks from before there was a console. */
  verdict: 'pass' | 'fail' | 'review' | null
  /** `open` waits for a person, `decided` by one; null with the verdict. */
  case_state: 'open' | 'decided' | 'automatic' | null
  /** Names, each between commas: `,several_faces,blurred,`. */
  warnings: string | null
  /**
   * The caller's own id that people at the console see and search by, written with the verdict: of the person, or of the
   * request where the vendor knows no person.
   */
  subject: string | null
  /** The server's own id of the request that brought the verdict: x-request-id. */
  request_id: string | null
  /** JSON: Unix milliseconds by what happened then. */
  course: string | null
  /** Sealed: what was measured, without templates. */
  measurements: string | null
  /** 0..1; null when none was judged. */
  liveness: number | null
  /** 0..1, as it counted at the age of the faces; null when none were compared. */
  similarity: number | null
}

/** One row, of id 1. */
export interface InstallationTable {
  id: number
  /** Public name of the master key that was current at the last start. */
  key_id: string
  /** UUID by which a store of pictures knows its database; null until a server of this version starts. */
  database_id: string | null
}

export interface UsedSignaturesTable {
  client_id: string
  /** SHA-256 of the ciphertext, hex. */
  digest: string
  /** From then on the signature is refused for its age. */
  expires_at: number
}

export interface IdempotencyKeysTable {
  client_id: string
  /** SHA-256 of the caller's key, hex. */
  digest: string
  /** Digest of what was asked for under it. */
  request: string
  /** Names the one request that may complete it. */
  owner: string
  state: 'under_way' | 'done'
  /** Sealed: status and body; null while under way. */
  answer: string | null
  /** The check that the answer is about. */
  subject_id: string | null
  created_at: number
}

export interface RateWindowsTable {
  /** Keyed digest of what is limited, hex. */
  key: string
  /** Of all servers together. */
  count: number
  ends_at: number
}

export interface Tables {
  installation: InstallationTable
  clients: ClientsTable
  credentials: CredentialsTable
  used_signatures: UsedSignaturesTable
  rate_windows: RateWindowsTable
  idempotency_keys: IdempotencyKeysTable
  checks: ChecksTable
  webhook_destinations: WebhookDestinationsTable
  webhook_events: WebhookEventsTable
  webhook_deliveries: WebhookDeliveriesTable
  webhook_attempts: WebhookAttemptsTable
  evidence: EvidenceTable
  audit: AuditTable
  audit_head: AuditHeadTable
  gallery_heads: GalleryHeadsTable
  gallery_entries: GalleryEntriesTable
  people: PeopleTable
  pending_checks: PendingChecksTable
  check_batches: CheckBatchesTable
  batched_checks: BatchedChecksTable
  challenge_sessions: ChallengeSessionsTable
  capture_streams: CaptureStreamsTable
  challenge_photos: ChallengePhotosTable
  challenge_photo_bands: ChallengePhotoBandsTable
  imprints: ImprintsTable
  imprint_bands: ImprintBandsTable
  didit_sessions: DiditSessionsTable
  didit_matches: DiditMatchesTable
  didit_session_numbers: DiditSessionNumbersTable
  case_decisions: CaseDecisionsTable
  console_users: ConsoleUsersTable
  console_sessions: ConsoleSessionsTable
  console_attempts: ConsoleAttemptsTable
  console_passkeys: ConsolePasskeysTable
  console_challenges: ConsoleChallengesTable
  console_provider_ways: ConsoleProviderWaysTable
}
