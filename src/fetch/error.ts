/** Why a fetch failed. For the log alone: in an answer, each of these would describe a network. */
export type FetchReason =
  | 'url_malformed'
  | 'url_too_long'
  | 'scheme_refused'
  | 'credentials_refused'
  | 'port_refused'
  | 'host_refused'
  | 'address_refused'
  | 'name_unresolved'
  | 'connect_failed'
  | 'connect_timeout'
  | 'exchange_failed'
  | 'total_timeout'
  | 'aborted'
  | 'redirect_malformed'
  | 'redirects_exhausted'
  | 'status_refused'
  | 'body_empty'
  | 'body_too_large'
  | 'body_refused'
  | 'too_many_fetches'

/**
 * A URL could not be fetched. Every failure has this one sentence, whatever the `reason`: an answer
 * built from the message can't tell an open port from a closed one.
 */
export class FetchError extends Error {
  override readonly name = 'FetchError'
  readonly reason: FetchReason
  /**
   * Until when (`performance.now()`) a caller must not notice that the fetch failed. Present when it failed while a
   * host was looked up or connected to: how soon a port refuses, or a name is unknown, describes this machine's own
   * network. Absent when the URL's text or a public host's own answer decided, which a caller can see without us.
   */
  readonly quietUntil: number | undefined

  constructor(reason: FetchReason, options: ErrorOptions & { quietUntil?: number | undefined } = {}) {
    super('The URL could not be fetched.', options)
    this.reason = reason
    this.quietUntil = options.quietUntil
  }
}
