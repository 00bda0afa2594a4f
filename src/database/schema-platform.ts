/** Tables of webhooks, evidence, audit and gallery. Sealed columns hold what access/envelope.ts writes. */

export interface WebhookDestinationsTable {
  id: string
  client_id: string
  dialect: string
  label: string
  url: string
  /** JSON array of names. */
  events: string
  version: string | null
  enabled: number
  /** Sealed. */
  secret: string
  /** Sealed. */
  previous_secret: string | null
  previous_until: number | null
  created_at: number
  updated_at: number
}

export interface WebhookEventsTable {
  id: string
  client_id: string
  dialect: string
  type: string
  subject_id: string | null
  /** JSON. */
  payload: string
  created_at: number
}

export interface WebhookDeliveriesTable {
  id: string
  event_id: string
  destination_id: string
  client_id: string
  state: 'pending' | 'delivered' | 'failed'
  attempts: number
  last_status: number | null
  reason: string | null
  next_attempt_at: number | null
  /** The sender that works on it, until `claimed_until`. */
  claimed_by: string | null
  claimed_until: number | null
  created_at: number
  ended_at: number | null
}

export interface WebhookAttemptsTable {
  id: string
  delivery_id: string
  destination_id: string
  at: number
  /** What the receiver answered; null: nothing. */
  status: number | null
  /** Why there was no answer; null where there was one. */
  error:
    | 'timeout'
    | 'network'
    | 'refused_url'
    | 'destination_deleted'
    | 'destination_off'
    | 'no_message'
    | null
  duration_ms: number
}

export interface EvidenceTable {
  id: string
  client_id: string
  check_id: string
  role: string
  media_type: string
  /** Bytes of the picture before encryption. */
  size: number
  /** Sealed: the key of this one file. */
  wrapped_key: string
  created_at: number
  /** SHA-256 of the picture as it was sent, hex; the kept copy is another file. Null of older rows. */
  source: string | null
}

export interface AuditTable {
  sequence: number
  at: number
  actor: string
  client_id: string | null
  action: string
  subject: string | null
  /** JSON. */
  details: string
  /** Master key under which `hash` was made. */
  key_id: string
  /** Keyed digest of this row and of the hash before it, hex. */
  hash: string
}

export interface AuditHeadTable {
  id: number
  sequence: number
  hash: string
}

export interface GalleryHeadsTable {
  client_id: string
  /** Newest change of this client's gallery. */
  sequence: number
  /** Sealed: the key of this client's templates. */
  wrapped_key: string
}

/** Everything but id, client, sequence and time is null once the entry is forgotten. */
export interface GalleryEntriesTable {
  id: string
  client_id: string
  sequence: number
  kind: 'session' | 'list_entry' | null
  list: 'none' | 'block' | 'allow' | null
  approved: number | null
  vendor_data: string | null
  check_id: string | null
  label: string | null
  /** Encrypted with the client's template key; null once forgotten. */
  template: string | null
  created_at: number
}
