/** Tables of Liveface's own API. */

export interface PeopleTable {
  /** UUID: what the person's faces belong to. */
  id: string
  client_id: string
  /** The caller's own id of the person; unique per client. */
  person: string
  /** What the person agreed to, in the caller's words; null: nothing was said. */
  consent: string | null
  /** When the caller said so. */
  consent_at: number | null
  /** From then on the person is erased; null: the client's retention decides. */
  keep_until: number | null
  created_at: number
  /** When the newest face was enrolled. */
  enrolled_at: number
}

/** Checks that were accepted and are still to be measured. */
export interface PendingChecksTable {
  /** Of the check. */
  id: string
  client_id: string
  operation: string
  /** JSON: what was asked for beside the pictures. */
  fields: string
  /** Told in any case; null: nobody but who hears of every check. */
  destination_id: string | null
  request_id: string
  /** How often a server has begun to measure it. */
  attempts: number
  /** When a server may take it: at once, or when the claim or the pause before the next attempt is over. */
  due_at: number
  claimed_by: string | null
  /** 1: it is not measured any more. */
  is_cancelled: number
  created_at: number
}

/** Checks that were accepted together. */
export interface CheckBatchesTable {
  id: string
  client_id: string
  /** Lines, with those that are erased by now. */
  total: number
  created_at: number
  cancelled_at: number | null
}

/** The checks of batches. */
export interface BatchedChecksTable {
  check_id: string
  batch_id: string
  /** Which line of the batch it was, from 1 on. */
  line: number
}
