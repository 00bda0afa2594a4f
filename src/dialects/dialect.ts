/** What every dialect offers the server: its routes, and how its credentials look. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Transaction } from 'kysely'
import type { Client, Clients, Environment, IssuedCredential } from '../access/clients.ts'
import type { RateLimits } from '../access/rate-limits.ts'
import type { UsedSignatures } from '../access/used-signatures.ts'
import type { Admission } from '../admission/index.ts'
import type { ChallengeSessions, Session } from '../challenges/types.ts'
import type { Config } from '../config/index.ts'
import type { Database, Tables } from '../database/index.ts'
import type { Engine } from '../engine/types.ts'
import type { GuardedFetch } from '../fetch/index.ts'
import type { Gallery } from '../gallery/types.ts'
import type { CheckBatches } from '../records/check-batches.ts'
import type { Checks } from '../records/checks.ts'
import type { Idempotency } from '../records/idempotency.ts'
import type { PendingChecks } from '../records/pending-checks.ts'
import type { People } from '../records/people.ts'
import type { Persons } from '../records/persons.ts'
import type { SubmittedPictures } from '../records/submitted-pictures.ts'
import type { Audit, DialectRecords, Evidence, Retention } from '../records/types.ts'
import type { NewEvent, WebhookFormat, Webhooks } from '../webhooks/types.ts'
import type { PlaygroundCalls } from './common/calls.ts'
import type { ClientSwitch } from './common/client-switch.ts'
import type { VendorSetting } from './common/settings.ts'

/** What the server hands to a dialect. A dialect never opens a resource itself. */
export interface Services {
  config: Config
  /** For tables of the dialect's own; everything else goes through the services below. */
  database: Database
  engine: Engine
  clients: Clients
  checks: Checks
  /** Checks that were accepted and are still to be measured. */
  pending: PendingChecks
  /** Those of them that were accepted together. */
  batches: CheckBatches
  rateLimits: RateLimits
  usedSignatures: UsedSignatures
  /** Answers of requests that callers may repeat. */
  idempotency: Idempotency
  /** Asked before a body with pictures is read, and before a picture is fetched. */
  admission: Admission
  /** The only way out to a URL that a caller named. */
  fetch: GuardedFetch
  webhooks: Webhooks
  /** Kept pictures, to read and link to. */
  evidence: Evidence
  /** Keeps what callers submit, where LIVEFACE_EVIDENCE says so. */
  pictures: SubmittedPictures
  audit: Audit
  /** Enrolled templates of each client. */
  gallery: Gallery
  /** Erases a check with everything that belongs to it. */
  retention: Retention
  /** People whose faces are enrolled under the caller's own id of them. */
  people: People
  /** Finds, reads and erases everything about one person. */
  persons: Persons
  /** Sessions in which a person does gestures, shared by the API and the capture page. */
  challenges: ChallengeSessions
}

/** A decision that a person made about a check. */
export interface Review {
  client: Client
  checkId: string
  decision: 'approve' | 'decline' | 'ask_again'
  comment: string | null
  /** By which the person decided: links begin as it does. */
  request: FastifyRequest
}

export interface Dialect<Name extends string = string> {
  /** Folder name, `--dialect` value and label of the metrics. */
  name: Name
  /** The vendor's product, for people. */
  title: string
  /** Makes a credential of this vendor's look. Secrets come from a cryptographic source. */
  issueCredential(environment: Environment): IssuedCredential
  /** Environment variables that this vendor's API needs and no other. */
  settings?: readonly VendorSetting[]
  /** What an operator can switch on for single clients of this vendor's API. */
  clientSwitches?: readonly ClientSwitch[]
  /** What to do with the line's answer. */
  exampleNote?: string
  /** Note shown with sandbox credentials, where the vendor's sandbox does not look at pictures. */
  sandboxNote?: string
  /**
   * One line for a shell that works when pasted and tries the dialect on a picture; `picture` is the path of a
   * photograph on this machine, which the server also shows at /example/selfie.jpg.
   */
  exampleCurl(baseUrl: string, headers: Record<string, string>, picture: string): string
  /** Registers the routes on an encapsulated instance. */
  register(app: FastifyInstance, services: Services): Promise<void>
  /** How the vendor words, signs and repeats webhooks; absent: it has none. */
  webhooks?: WebhookFormat
  /** How the playground asks this API, so that it can show what it answers. */
  playground: PlaygroundCalls
  /** The events that report a session's verdict; absent: the vendor judges no sessions of gestures. */
  sessionEvents?(session: Session): NewEvent[]
  /**
   * What a person's decision at the console changes in the vendor's own records and tells its receivers, in the
   * transaction that stores the decision; absent: nothing.
   */
  decide?(transaction: Transaction<Tables>, services: Services, review: Review): Promise<void>
  /** Present when the dialect has tables of its own about checks. */
  records?: DialectRecords
}
