/** A face that a search found, as answers show it and reports keep it. */
import type { Match } from '../../gallery/types.ts'
import type { Session } from './sessions/records.ts'

/** What a session's report keeps of a face found: enough to look the rest up, as far as it still exists. */
export interface StoredMatch {
  checkId: string | null
  /** 0..100. */
  similarity: number
  source: Match['kind']
  blocked: boolean
  allowed: boolean
}

/** @param link makes the URL of a kept picture */
export function toMatch(match: StoredMatch, found: Session | null, link: (pictureId: string) => string) {
  // The vendor names no session for a face that was put on a list, even where it came from one. Nothing of that session
  // is said then: what is erased with a session is found by its id.
  const session = match.source === 'list_entry' ? null : found
  const picture = session?.pictures.user_image
  return {
    session_id: session?.id ?? null,
    session_number: session?.number ?? null,
    similarity_percentage: match.similarity,
    source: match.source,
    vendor_data: session?.vendorData ?? null,
    verification_date: session && toWholeSeconds(session.createdAt),
    // Names and documents are not read here.
    user_details: null,
    match_image_url: picture ? link(picture) : null,
    status: session?.status ?? null,
    is_blocklisted: match.blocked,
    is_allowlisted: match.allowed,
    api_service: session?.service ?? null,
  }
}

/** `2025-01-01T00:00:00Z`, as a match dates the session it came from. */
function toWholeSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
}
