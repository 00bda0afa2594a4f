/** Is a face, found among enrolled ones, blocked, known already, or only alike? */

/** An enrolled face that resembles the probe. */
export interface ScreeningMatch {
  id: string
  /** 0..1, calibrated as in a MatchReport. */
  similarity: number
  list: 'none' | 'block' | 'allow'
  /** The check that enrolled it ended in approval. */
  approved: boolean
}

/**
 * A search compares one face with many, so it needs more than the 1:1 threshold to be sure: every enrolled
 * face is another chance for a false match.
 */
export interface ScreeningPolicy {
  /** Similarity, 0..1, from which two faces count as one person. */
  same: number
  /** Similarity, 0..1, from which they may be one person; below `same`. */
  possible: number
}

export interface Screening<Match extends ScreeningMatch = ScreeningMatch> {
  blocked: { match: Match; certain: boolean } | null
  /** Null as well when the person is on the allow list. */
  duplicate: { match: Match; certain: boolean } | null
}

/** Looks at the most similar face of each kind. `matches` may come in any order. */
export function screen<Match extends ScreeningMatch>(
  matches: readonly Match[],
  policy: ScreeningPolicy,
): Screening<Match> {
  const closest = (fits: (match: Match) => boolean) => {
    const best = matches
      .filter(fits)
      .reduce<Match | null>((a, b) => (a && a.similarity >= b.similarity ? a : b), null)
    if (!best || best.similarity < policy.possible) return null
    return { match: best, certain: best.similarity >= policy.same }
  }
  const allowed = closest((match) => match.list === 'allow')?.certain ?? false
  return {
    blocked: closest((match) => match.list === 'block'),
    duplicate: allowed ? null : closest((match) => match.list === 'none' && match.approved),
  }
}
