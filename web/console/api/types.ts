/** What the console's HTTP API answers. */
import type { Captured, CaptureSignal } from '../../../src/challenges/signals.ts'
import type { ChallengeFailure } from '../../../src/decisions/challenge.ts'
import type { MeasuredRates } from '../../../src/decisions/error-rates.ts'
import type { Gesture } from '../../../src/decisions/gesture.ts'
import type { Language } from '../texts/index.ts'

export type Role = 'administrator' | 'reviewer' | 'developer' | 'auditor'

/** ISO 8601, UTC. */
export type Time = string

export interface Page<T> {
  items: T[]
  nextCursor: string | null
}

export interface Session {
  user: {
    id: string
    email: string
    name: string
    role: Role
    language: Language
    /** Ids of the clients whose records they see; null: all. */
    clients: string[] | null
    totp: boolean
    passkeys: number
    /** Signs in at the OpenID Connect provider, and has no password here. */
    atProvider: boolean
  }
  csrfToken: string
  confirmedUntil: Time | null
  fourEyes: boolean
}

export interface Passkey {
  id: string
  name: string
  createdAt: Time
  usedAt: Time | null
}

export type Verdict = 'pass' | 'fail' | 'review'
export type DecisionKind = 'approve' | 'decline' | 'ask_again'

export interface ClientName {
  id: string
  name: string
}

export interface Decision {
  id: string
  decision: DecisionKind
  reason: string
  comment: string | null
  by: { id: string; name: string }
  at: Time
  needsSecond: boolean
}

export interface CaseSummary {
  id: string
  dialect: string
  client: ClientName
  kind: string
  createdAt: Time
  status: 'open' | 'decided' | 'automatic'
  verdict: Verdict
  /** 0 to 1. */
  liveness: number | null
  /** 0 to 1. */
  similarity: number | null
  warnings: string[]
  subject: string | null
  decision: Decision | null
}

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export interface CasePicture {
  id: string
  role: string
  url: string
  /** Pixels. */
  width: number
  height: number
  /** Box and mesh in pixels of the picture. */
  faces: { box: Box; mesh: [number, number][] | null }[]
  /** How much each look at the first face spoke for a living person, 0 to 1; null: that look could not be taken. */
  cues: { name: string; score: number | null }[]
}

/** How the photos of a challenge session came. */
export interface CaseSession {
  /** `page` where every photo came so; null before the verdict. */
  captured: Captured | null
  /** When the person agreed at the capture page, and the SHA-256 of that text; null: they were not asked. */
  consent: { at: Time; textSha256: string } | null
  /** Before the attempt that the photos are of, oldest first; the gesture of the photo at fault, null where none is. */
  failedAttempts: { at: Time; reason: ChallengeFailure; gesture: Gesture | null }[]
  photos: {
    gesture: Gesture
    passed: boolean | null
    /** Null before the photo. */
    captured: Captured | null
    signals: CaptureSignal[]
    /** Id among the case's pictures; null where it is not kept. */
    picture: string | null
  }[]
}

/** What a client has noted of a person whose face it enrolled. */
export interface PersonTerms {
  consent: string | null
  consentAt: Time | null
  /** Null: the client's retention counts. */
  keepUntil: Time | null
}

export interface WebhookAttempt {
  at: Time
  /** What the receiver answered; null: nothing. */
  status: number | null
  /** Why nothing was answered, as a word. */
  error: string | null
  durationMs: number
}

export interface WebhookDelivery {
  id: string
  url: string
  event: string
  body: unknown
  /** Oldest first. */
  attempts: WebhookAttempt[]
  deliveredAt: Time | null
}

export interface Case extends CaseSummary {
  ids: Record<string, string>
  pictures: CasePicture[]
  measurements: Record<string, unknown> | null
  thresholds: { liveness: number; match: number; review: [number, number] | null }
  /** Shares, 0 to 1, of attacks let through and of genuine people refused at this score; null: none can be named. */
  errorRates: {
    atScore: { apcer: number; bpcer: number } | null
    curve: MeasuredRates
    /** The same of strangers and of one person's pictures. */
    similarity: { atScore: { fmr: number; fnmr: number } | null; curve: MeasuredRates }
  }
  /** Pairs of pictures by their ids. */
  pairs: { a: string; b: string; similarity: number }[]
  timeline: { at: Time; event: string; detail: string | null }[]
  /** The HTTP status that was sent; null where it is not known. The body as it is stored. */
  answer: { status: number | null; body: unknown } | null
  webhooks: WebhookDelivery[]
  /** Cases that the answer names, such as that of a duplicate. */
  named: CaseSummary[]
  related: CaseSummary[]
  decisions: Decision[]
  curl: string | null
  /** Null: the check is no session. */
  session: CaseSession | null
  /** Null: the client has enrolled no such person, or the role does not see people. */
  person: PersonTerms | null
}

export interface Enrolment {
  client: ClientName
  id: string
  createdAt: Time
  list: string | null
}

export interface Person {
  subject: string
  cases: CaseSummary[]
  enrolments: Enrolment[]
  terms: (PersonTerms & { client: ClientName })[]
}

export interface PersonMatch {
  subject: string | null
  similarity: number
  list: string | null
  enrolmentId: string
}

export interface Certificate {
  auditSequence: number
  at: Time
  counts: Record<string, number>
}

export interface Client extends ClientName {
  createdAt: Time
  dialects: string[]
  requestsPerMinute: number | null
  retentionMonths: number | null
  /** Prepaid calls that are left; null: not billed. */
  balance: number | null
  /** What its webhook destinations may hear; empty: its API has no webhooks. */
  webhookEvents: string[]
}

export interface Key {
  id: string
  client: ClientName
  dialect: string
  name: string | null
  environment: 'sandbox' | 'production'
  lookup: string
  createdAt: Time
  revokedAt: Time | null
}

/** A new key with the headers that a caller must send, shown once. */
export interface IssuedKey {
  key: Key
  headers: Record<string, string>
}

export interface WebhookDestination {
  id: string
  client: ClientName
  url: string
  events: string[]
  enabled: boolean
  createdAt: Time
  lastAttempt: WebhookAttempt | null
}

/** A new destination with the secret that signs what is sent there, shown once. */
export interface NewWebhookDestination {
  destination: WebhookDestination
  secret: string
}

export interface AuditRow {
  sequence: number
  at: Time
  actor: string
  /** Of the user or client who acted; null: there is none, or none any more. */
  actorName: string | null
  act: string
  target: string | null
  client: string | null
  clientName: string | null
}

export interface Bucket {
  at: Time
  dialect: string
  pass: number
  fail: number
  review: number
  p50Ms: number | null
  p95Ms: number | null
}

export interface Overview {
  buckets: Bucket[]
  queue: number
  workers: number
  storage: { databaseBytes: number | null; evidenceBytes: number; freeBytes: number | null }
  webhookBacklog: number
  models: { name: string; version: string; sha256: string }[]
}

export interface Setting {
  name: string
  value: string
  default: string | null
  meaning: string
  changed: boolean
}

export interface HealthFinding {
  level: 'ok' | 'warning' | 'error'
  /** Stable name of what was found. */
  code: string
  /** In English. */
  text: string
  /** How many, where the finding counts. */
  count: number | null
}

export interface User {
  id: string
  email: string
  name: string
  role: Role
  clients: string[] | null
  totp: boolean
  passkeys: number
  /** Signs in at the OpenID Connect provider, which gives role and clients. */
  atProvider: boolean
  /** Wrong passwords or codes have been refused or slowed lately. */
  locked: boolean
  createdAt: Time
}
