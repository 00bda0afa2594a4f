/**
 * The words of this folder.
 *
 * event: something a client asked to hear about; its id is the receiver's key against duplicates.
 * destination: an address of a client, the events it hears, and the secret its messages are signed with.
 * delivery: one event on its way to one destination; a row of the outbox.
 * format: how a vendor words, signs and repeats its messages; each dialect with webhooks gives one.
 */
import type { Transaction } from 'kysely'
import type { Tables } from '../database/schema.ts'

export interface NewEvent {
  clientId: string
  dialect: string
  /** In the vendor's words, for example `status.updated`. */
  type: string
  /** What the format turns into the body; anything JSON can hold. */
  payload: unknown
  /** Check or session the event is about: erasing that erases the event. */
  subjectId?: string
  /** UUID; made when absent. */
  id?: string
  /** A destination of the client that hears it whatever else it hears. */
  alsoTo?: string | undefined
}

export interface StoredEvent {
  id: string
  clientId: string
  dialect: string
  type: string
  payload: unknown
  /** Unix milliseconds. */
  createdAt: number
}

export interface Destination {
  id: string
  clientId: string
  dialect: string
  label: string
  url: string
  /** Names of events it hears; `*` hears all. */
  events: string[]
  /** The vendor's version of the format; null where there is only one. */
  version: string | null
  enabled: boolean
  /** Unix milliseconds. */
  createdAt: number
  updatedAt: number
}

export interface DestinationSecrets {
  current: string
  /** The secret before the last rotation, while it is still valid. */
  previous: string | null
  /** Unix milliseconds until which `previous` is valid. */
  previousUntil: number | null
}

export interface NewDestination {
  clientId: string
  dialect: string
  url: string
  events: string[]
  label?: string
  version?: string
  enabled?: boolean
  /** As `newSecret` of the vendor's format makes it. */
  secret: string
  /** Who did it, for the audit log; default: the client. */
  actor?: string
}

export type DestinationChange = Partial<Pick<Destination, 'label' | 'url' | 'events' | 'version' | 'enabled'>>

export interface SecretRotation {
  /** Milliseconds for which the secret before stays valid; default: 24 hours. */
  previousLife?: number
  /** Who did it, for the audit log; default: the client. */
  actor?: string
  /** Runs in the transaction: keeps what must not be lost apart from the rotation. */
  alongside?(transaction: Transaction<Tables>, rotated: RotatedDestination): Promise<void>
}

export interface RotatedDestination {
  destination: Destination
  /** Unix milliseconds until which the secret before is valid. */
  previousUntil: number
}

export interface Destinations {
  /** @returns `url_taken` when the client already has a destination with this URL */
  create(destination: NewDestination): Promise<Destination | 'url_taken'>
  /** Destinations of one client, oldest first. */
  list(clientId: string): Promise<Destination[]>
  /** @returns null when the client has none with this id */
  find(clientId: string, id: string): Promise<Destination | null>
  /** @param actor who did it, for the audit log; default: the client */
  update(
    clientId: string,
    id: string,
    change: DestinationChange,
    actor?: string,
  ): Promise<Destination | 'url_taken' | null>
  /** Opens the secrets, to show them once or to sign. */
  secrets(clientId: string, id: string): Promise<DestinationSecrets | null>
  /**
   * Makes `secret` the current one; the one before stays valid for a while, and an older one ends.
   * @returns null when the client has none with this id
   */
  rotateSecret(
    clientId: string,
    id: string,
    secret: string,
    options?: SecretRotation,
  ): Promise<RotatedDestination | null>
  /** Deletes the destination; what was still on its way there is given up. @param actor as of `update` @returns false for none */
  remove(clientId: string, id: string, actor?: string): Promise<boolean>
}

/** One attempt, as a format sees it. */
export interface Attempt {
  event: StoredEvent
  destination: Destination
  secrets: DestinationSecrets
  /** Unix milliseconds; a format that signs a time signs this one. */
  now: number
}

export interface Message {
  /** Exactly the bytes that were signed. */
  body: Uint8Array | string
  /** Content-Type, signatures and whatever else the vendor sends. */
  headers: Record<string, string>
}

/** Why an attempt brought no answer of the receiver. */
export type AttemptError =
  | 'timeout'
  /** Refused, reset, DNS. */
  | 'network'
  /** Not https, or not a public address. */
  | 'refused_url'
  | 'destination_deleted'
  | 'destination_off'
  /** The vendor's format could not make one. */
  | 'no_message'

/** How an attempt ended: an HTTP status, or what went wrong before there was one. */
export type Ending =
  | { status: number }
  | {
      status: null
      /** `timeout`, `network` (refused, reset, DNS) or `refused_url` (not https, or not a public address). */
      reason: 'timeout' | 'network' | 'refused_url'
    }

export interface WebhookFormat {
  /** Names of the events that are ever sent. */
  events: readonly string[]
  /** A secret in the vendor's look, from a cryptographic source. */
  newSecret(): string
  /** Words and signs one attempt. Called again for every attempt, because receivers refuse old times. */
  message(attempt: Attempt): Message
  /** Milliseconds before the second, third, ... attempt; its length is the number of retries. */
  retryDelays: readonly number[]
  /** Whether to try again after an attempt that did not end with 2xx. Default: 5xx, 404, timeout, network. */
  retries?(ending: Ending): boolean
}

export interface Delivery {
  id: string
  eventId: string
  destinationId: string
  state: 'pending' | 'delivered' | 'failed'
  attempts: number
  /** Status of the last attempt; null when there was none or no answer came. */
  lastStatus: number | null
  /** Why the last attempt failed or why it was given up, for people. */
  reason: string | null
  /** Unix milliseconds; null when it is over. */
  nextAttemptAt: number | null
  createdAt: number
}

/** How a destination's deliveries went, as far back as they are kept. */
export interface DestinationHealth {
  attempts: number
  /** Attempts that did not end with 2xx. */
  failed: number
  /** Unix milliseconds at which a delivery last came to its end, either way; null: never. */
  lastEndedAt: number | null
}

/** Sends one message. Never throws: what went wrong is the ending, `network` when `signal` stopped it. */
export type Post = (url: string, message: Message, signal?: AbortSignal) => Promise<Ending>

export interface Webhooks {
  destinations: Destinations
  /**
   * Writes an event and one delivery for each enabled destination of the client that hears it, in the
   * caller's transaction: with the check or not at all. Returns at once; the sender loop does the rest.
   * @returns the event's id, and how many destinations will hear it
   */
  enqueue(transaction: Transaction<Tables>, event: NewEvent): Promise<{ id: string; deliveries: number }>
  /** Writes an event of type `test` for one destination, which hears it whatever else it hears. @returns its delivery's id */
  enqueueTest(transaction: Transaction<Tables>, destination: Destination): Promise<string>
  /** Deliveries of one client, newest first, at most `limit` (default 100). */
  deliveries(clientId: string, limit?: number): Promise<Delivery[]>
  /** Health of one client's destinations by id; one without deliveries is absent. */
  health(clientId: string): Promise<Map<string, DestinationHealth>>
  /** Deletes every event and delivery about these checks or sessions. */
  erase(transaction: Transaction<Tables>, clientId: string, subjectIds: readonly string[]): Promise<void>
  /** Deletes deliveries that ended before `before` (Unix ms) and their events. @returns how many deliveries */
  purge(before: number): Promise<number>
  /** Rewraps secrets that are under a retired master key. @returns of how many destinations */
  rewrap(): Promise<number>
  /** Starts the sender loop. */
  start(): void
  /** Stops claiming and waits briefly for the attempts in flight. What is left stays in the outbox. */
  stop(): Promise<void>
}
