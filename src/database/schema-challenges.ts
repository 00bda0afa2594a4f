/** Tables of challenge sessions: who was asked for which gestures, and what each photo measured. */

export interface ChallengeSessionsTable {
  /** The id of the session's check. */
  id: string
  /** The reference of the session's check. */
  reference: number
  client_id: string
  token: string
  /** The caller's own id of the person. */
  user_id: string
  /** 1: the photos come as in a mirror, so that the subject's left is on the left. */
  mirrored: number
  state: 'created' | 'in_progress' | 'completed'
  /** JSON: the challenges in their order. */
  challenges: string
  /** 1: the caller chose the gestures; 0: they were drawn, and are drawn again for each further attempt. */
  gestures_chosen: number
  /** How often the person may try, from 1. */
  attempts: number
  /** JSON: the attempts that failed before the present one, as FailedAttempt. */
  failed_attempts: string
  /** Where the capture page sends the person afterwards; null: nowhere. */
  return_url: string | null
  /** JSON: who asks, where the session says so itself, as access/branding.ts has it; null: all as the client has it. */
  branding: string | null
  /** When the person agreed to the consent text; null: they were not asked, or have not opened the link. */
  consent_at: number | null
  /** SHA-256 of that text, hex. */
  consent_digest: string | null
  /** Milliseconds that the person gets once the link is opened; null: the time runs already. */
  opening_life: number | null
  /** JSON: the verdict; null before it. */
  verdict: string | null
  created_at: number
  expires_at: number
  completed_at: number | null
  /** Digest of the link that opens the capture page; null when none was made or it was used. */
  link_digest: string | null
  /** Digest of the key of the page that opened the link. */
  page_digest: string | null
}

export interface ChallengePhotosTable {
  id: string
  client_id: string
  session_id: string
  /** Challenge of the session, or `selfie`; at most one photo for each. */
  challenge_id: string
  sha256: string
  fingerprint: string
  /** Sealed: what was measured, with the template; erased with the verdict. */
  report: string | null
  /** Sealed: where the points of the face stand. Null but in photos of releases before imprints. */
  geometry: string | null
  submitted_at: number
  passed: number | null
  /** Evidence kept of this photo; null when none is. */
  evidence_id: string | null
  captured: 'page' | 'upload'
  /** JSON: the names of what speaks against a camera behind it. */
  signals: string
}

/** The stream of a capture page that is open: what its next photo must continue. */
export interface CaptureStreamsTable {
  session_id: string
  /** Random; under it the next photo's frames are sealed. */
  mark: string
  /** Unix milliseconds at which the mark was made. */
  marked_at: number
  /** The challenge that the person was asked for; null before the first: the person looks ahead. */
  challenge_id: string | null
  /** Link of the last photo's frames; empty before it. */
  head: string
  /** JSON: the names of what the page said of the camera that speaks against one. */
  signals: string
}

/** The fingerprints of photos of releases before imprints, in pieces: read by nobody, deleted with their photo. */
export interface ChallengePhotoBandsTable {
  photo_id: string
  client_id: string
  /** Number of the piece and its bits. */
  band: string
}
