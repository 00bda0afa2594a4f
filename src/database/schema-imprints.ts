/** Tables of imprints: by what a picture is known again, whoever sends it. */

export interface ImprintsTable {
  /** That of the picture: a session's photo has it too. */
  id: string
  /** The check, or the session's, that the picture came with: who erases it takes this along. */
  check_id: string
  client_id: string
  /** Keyed digest of the face's fine detail (records/imprint-codes.ts), base64. */
  code: string
  /** Unix milliseconds. */
  seen_at: number
}

/** The digest in pieces: copies of a picture share at least one, which an index finds. */
export interface ImprintBandsTable {
  imprint_id: string
  band: number
}
