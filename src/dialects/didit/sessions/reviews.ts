/** What was decided and noted about a session by hand, as its decision and the vendor's activity feed show it. */
import { stableUuid } from '../stable-uuid.ts'
import type { Review, Session } from './records.ts'

/** Rows of a decision's `reviews`, oldest first. */
export function toReviews({ reviews }: Session) {
  return reviews.map((review) => ({
    user: authorOf(review),
    new_status: review.new_status,
    comment: review.comment,
    created_at: review.created_at,
  }))
}

/** Rows of the activity feed, oldest first. Which status a decision replaced follows from the ones before it. */
export function toActivities({ id, reviews, report }: Session) {
  let status = (report as { status: string }).status
  return reviews.map((review, index) => {
    const previous = review.isNote ? null : status
    if (!review.isNote && review.new_status) status = review.new_status
    return {
      uuid: stableUuid(`didit-review/${id}/${index}`),
      activity_type: 'STATUS_UPDATED',
      actor_display: authorOf(review),
      actor_email: null,
      actor_type: isByKey(review) ? 'API_KEY' : 'CONSOLE_USER',
      new_status: review.new_status,
      previous_status: previous,
      comment: review.comment,
      mentioned_emails: [],
      previous_value: previous === null ? null : { status: previous },
      new_value: previous === null ? null : { status: review.new_status },
      changed_fields: previous === null ? [] : ['status'],
      metadata: null,
      created_at: review.created_at,
    }
  })
}

/** The vendor names nobody for a note; who decided at the console is written into the audit log, and not shown to clients. */
export function authorOf(review: Review): 'API Client' | 'Unknown' {
  return isByKey(review) ? 'API Client' : 'Unknown'
}

function isByKey({ isNote, atConsole }: Review): boolean {
  return !isNote && !atConsole
}
