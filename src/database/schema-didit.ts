/** Tables of the Didit dialect: calls that were saved, which the vendor calls sessions. */

export interface DiditSessionsTable {
  /** The id of the session's check. */
  id: string
  /** The vendor's session_number, counted within the client; older sessions have their check's reference. */
  number: number
  client_id: string
  /** In the vendor's words, for example PASSIVE_LIVENESS. */
  service: string
  /** Of the session; a person may change it. The call's own verdict stays in `report`. */
  status: string
  vendor_data: string | null
  /** JSON object. */
  metadata: string | null
  /** Risks of the warnings, each between commas: `,NO_FACE_DETECTED,`. */
  risks: string
  /** JSON: what the call found, without pictures and templates. */
  report: string
  /** JSON: evidence id by role. */
  pictures: string
  /** JSON array of the changes of status. */
  reviews: string
  /** Set while the session's face is on the blocklist. */
  blocklisted_at: number | null
  created_at: number
}

/** A saved call, and one that it names as a match. */
export interface DiditMatchesTable {
  matched_id: string
  session_id: string
}

export interface DiditSessionNumbersTable {
  client_id: string
  /** The number given last: those of deleted sessions are not given again. */
  last: number
}
