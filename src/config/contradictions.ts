import type { Variables } from './settings.ts'

/** Settings that are right each by itself and wrong together: one sentence for each pair. */
export function findContradictions(given: Variables): string[] {
  const wrong: string[] = []
  if (given.LIVEFACE_PRODUCTION && given.LIVEFACE_ENVIRONMENT !== 'production') {
    wrong.push(
      'LIVEFACE_PRODUCTION serves production credentials alone: LIVEFACE_ENVIRONMENT must be production or absent.',
    )
  }
  if (given.LIVEFACE_SCREENING_SAME < given.LIVEFACE_SCREENING_POSSIBLE) {
    wrong.push(
      `LIVEFACE_SCREENING_SAME (${given.LIVEFACE_SCREENING_SAME}) must not be below LIVEFACE_SCREENING_POSSIBLE (${given.LIVEFACE_SCREENING_POSSIBLE}).`,
    )
  }
  if (given.LIVEFACE_MASTER_KEY && given.LIVEFACE_MASTER_KEY_COMMAND) {
    wrong.push(
      'LIVEFACE_MASTER_KEY and LIVEFACE_MASTER_KEY_COMMAND both give the master key: remove one of them.',
    )
  }
  const storeKeys = ['LIVEFACE_S3_ACCESS_KEY_ID', 'LIVEFACE_S3_SECRET_ACCESS_KEY'] as const
  const missing = given.LIVEFACE_EVIDENCE_URL ? storeKeys.filter((name) => !given[name]) : []
  if (missing.length > 0) wrong.push(`LIVEFACE_EVIDENCE_URL needs ${missing.join(' and ')}.`)
  if (given.LIVEFACE_OIDC_ISSUER) {
    const needed = ['LIVEFACE_OIDC_CLIENT_ID', 'LIVEFACE_OIDC_ROLES'] as const
    const absent = needed.filter((name) => !given[name])
    if (absent.length > 0) wrong.push(`LIVEFACE_OIDC_ISSUER needs ${absent.join(' and ')}.`)
    const mayBeHttp = given.LIVEFACE_OIDC_ALLOW_PRIVATE && !given.LIVEFACE_PRODUCTION
    if (!mayBeHttp && new URL(given.LIVEFACE_OIDC_ISSUER).protocol === 'http:') {
      wrong.push(
        'LIVEFACE_OIDC_ISSUER must begin with https: http is for LIVEFACE_OIDC_ALLOW_PRIVATE outside production mode.',
      )
    }
  }
  for (const kind of ['LIVENESS', 'MATCH'] as const) {
    const [threshold, band] = [given[`LIVEFACE_${kind}_THRESHOLD`], given[`LIVEFACE_${kind}_REVIEW_BAND`]]
    // A threshold at either end judges all alike, and needs no band.
    if (band !== undefined && threshold > 0 && threshold < 1 && (threshold < band || threshold + band > 1)) {
      wrong.push(
        `LIVEFACE_${kind}_REVIEW_BAND (${band}) around LIVEFACE_${kind}_THRESHOLD (${threshold}) must stay within 0 and 1.`,
      )
    }
  }
  if ((given.LIVEFACE_REQUESTS_PER_CLIENT ?? 0) > given.LIVEFACE_REQUESTS) {
    wrong.push(
      `LIVEFACE_REQUESTS_PER_CLIENT (${given.LIVEFACE_REQUESTS_PER_CLIENT}) must not be above LIVEFACE_REQUESTS (${given.LIVEFACE_REQUESTS}).`,
    )
  }
  return wrong
}
