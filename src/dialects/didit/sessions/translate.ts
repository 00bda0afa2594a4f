/** The vendor's views of a session: its decision, its row in the list, its webhook. */
import type { Environment } from '../../../access/clients.ts'
import { type StoredMatch, toMatch } from '../matches.ts'
import { toUtcTime } from '../times.ts'
import type { Warning } from '../warnings.ts'
import type { StatusUpdate } from '../webhooks/format.ts'
import type { ApiService, Session } from './records.ts'
import { toActivities, toReviews } from './reviews.ts'

/** What else a view needs to know. */
export interface Surroundings {
  environment: Environment
  /** Makes the URL of a kept picture. */
  link(pictureId: string): string
  /** Sessions that the matches came from, as far as they still exist. */
  sessions: ReadonlyMap<string, Session>
}

export interface LivenessReport {
  status: string
  score: number | null
  age_estimation: number | null
  face_quality: number | null
  face_luminance: number | null
  warnings: Warning[]
  matches: StoredMatch[]
}

export interface FaceMatchReport {
  status: string
  score: number | null
  warnings: Warning[]
}

const features: Record<ApiService, string> = {
  PASSIVE_LIVENESS: 'LIVENESS',
  AGE_ESTIMATION: 'AGE_ESTIMATION',
  FACE_SEARCH: 'FACE_SEARCH',
  FACE_MATCH: 'FACE_MATCH',
}

/** The only step of a session; the vendor's hosted flow has more. */
const livenessNode = 'feature_liveness_1'
const matchNode = 'feature_face_match_1'

/** What a step of a session can be called. */
export const featureNames = Object.values(features)

/** Sessions that `session`'s matches came from. */
export function matchedSessionIds({ service, report }: Session): string[] {
  if (service === 'FACE_MATCH') return []
  return (report as LivenessReport).matches.flatMap(({ checkId }) => checkId ?? [])
}

/** The whole decision. Parts of the vendor's hosted flow that don't exist here are null. */
export function toDecision(session: Session, surroundings: Surroundings) {
  const isMatch = session.service === 'FACE_MATCH'
  return {
    session_id: session.id,
    session_kind: 'user',
    session_number: session.number,
    session_url: null,
    status: session.status,
    environment: toEnvironment(surroundings.environment),
    workflow_id: null,
    features: [features[session.service]],
    vendor_data: session.vendorData,
    metadata: session.metadata,
    expected_details: null,
    contact_details: null,
    callback: null,
    id_verifications: null,
    nfc_verifications: null,
    liveness_checks: isMatch ? null : [toLivenessCheck(session, surroundings)],
    face_matches: isMatch ? [toFaceMatch(session, surroundings)] : null,
    phone_verifications: null,
    email_verifications: null,
    poa_verifications: null,
    document_ai_documents: null,
    questionnaire_responses: null,
    aml_screenings: null,
    ip_analyses: null,
    database_validations: null,
    reviews: toReviews(session),
    created_at: toUtcTime(session.createdAt),
    expires_at: null,
  }
}

/** The decision as `?include=events` gives it: what belongs to the vendor's hosted flow is null. */
export function toDecisionWithEvents(session: Session, surroundings: Surroundings) {
  const { session_kind: _kind, ...decision } = toDecision(session, surroundings)
  const node = session.service === 'FACE_MATCH' ? matchNode : livenessNode
  return {
    ...decision,
    features: [{ feature: features[session.service], node_id: node }],
    api_service: session.service,
    session_type: 'API',
    workflow_type: null,
    workflow_version: null,
    workflow_version_id: null,
    has_device_nfc_support: null,
    blocklisted: session.blocklistedAt !== null,
    cost_breakdown: null,
    activity_reviews: toActivities(session),
    // The vendor's events are the steps of its hosted flow.
    events: [],
  }
}

/** A row of the list. */
export function toListRow(session: Session, { link }: Pick<Surroundings, 'link'>) {
  const { score } = session.report as { score: number | null }
  const portrait = session.pictures.user_image
  return {
    session_id: session.id,
    session_kind: 'user',
    session_number: session.number,
    session_url: null,
    portrait_image: portrait ? link(portrait) : null,
    document_type: null,
    full_name: null,
    country: null,
    status: session.status,
    vendor_data: session.vendorData,
    didit_internal_id: null,
    created_at: toUtcTime(session.createdAt),
    features: [toFeature(session)],
    phone_number: null,
    email_address: null,
    additional_details:
      session.service === 'FACE_MATCH'
        ? { face_match: { score, ...toFaceMatchImages(session, link) } }
        : { liveness: { method: 'PASSIVE', score } },
  }
}

/** What a webhook says of a session, beside id, type and times of the event. */
export function toStatusUpdate(session: Session, surroundings: Surroundings): StatusUpdate {
  const isFinal = session.status === 'Approved' || session.status === 'Declined'
  return {
    session_id: session.id,
    status: session.status,
    vendor_data: session.vendorData,
    metadata: session.metadata,
    // The vendor names a workflow or leaves the key out: receivers that take an optional id refuse null.
    application_id: session.clientId,
    environment: toEnvironment(surroundings.environment),
    ...(isFinal ? { decision: toDecision(session, surroundings) } : {}),
  }
}

function toLivenessCheck(session: Session, { link, sessions }: Surroundings) {
  const report = session.report as LivenessReport
  const picture = session.pictures.user_image
  return {
    node_id: livenessNode,
    status: report.status,
    method: 'PASSIVE',
    score: report.score,
    reference_image: picture ? link(picture) : null,
    video_url: null,
    age_estimation: report.age_estimation,
    matches: report.matches.map((match) =>
      toMatch(match, (match.checkId && sessions.get(match.checkId)) || null, link),
    ),
    warnings: report.warnings.map((warning) => ({ ...warning, node_id: livenessNode })),
    face_quality: report.face_quality,
    face_luminance: report.face_luminance,
  }
}

function toFaceMatch(session: Session, { link }: Surroundings) {
  const report = session.report as FaceMatchReport
  return {
    node_id: matchNode,
    status: report.status,
    score: report.score,
    source_image_session_id: null,
    ...toFaceMatchImages(session, link),
    warnings: report.warnings.map((warning) => ({ ...warning, node_id: matchNode })),
  }
}

function toFaceMatchImages({ pictures: { user_image, ref_image } }: Session, link: Surroundings['link']) {
  return {
    source_image: user_image ? link(user_image) : null,
    target_image: ref_image ? link(ref_image) : null,
  }
}

function toFeature(session: Session) {
  const { status } = session.report as { status: string }
  return { feature: features[session.service], status }
}

function toEnvironment(environment: Environment): 'live' | 'sandbox' {
  return environment === 'production' ? 'live' : 'sandbox'
}
