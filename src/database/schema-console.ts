/** Tables of the console: its users, their sessions, and what they decided. */

export interface CaseDecisionsTable {
  id: string
  check_id: string
  client_id: string
  user_id: string
  /** As it was then: users go, decisions stay. */
  user_name: string
  decision: 'approve' | 'decline' | 'ask_again'
  reason: string
  comment: string
  /** 1 while another person must agree before the decision counts. */
  needs_second: number
  decided_at: number
}

export interface ConsoleUsersTable {
  id: string
  /** In small letters. */
  email: string
  name: string
  role: 'administrator' | 'reviewer' | 'developer' | 'auditor'
  /** JSON array of client ids; null: every client. */
  clients: string | null
  language: 'en' | 'hi'
  /** What console/passwords.ts made of it; empty: there is none. */
  password: string
  /** Sealed; null: no code is asked for. */
  totp_secret: string | null
  /** Sealed: waits for its first code. */
  totp_offered: string | null
  /** Newest counter of which a code was used, so that none is used twice. */
  totp_counter: number
  /** Issuer and subject at an OpenID Connect provider, a space between them; null: known here alone. */
  identity: string | null
  created_at: number
}

export interface ConsoleSessionsTable {
  /** SHA-256 of the token in the cookie, hex. */
  digest: string
  user_id: string
  created_at: number
  used_at: number
  /** Until then the password need not be given again. 0: it must be. */
  confirmed_until: number
}

export interface ConsoleAttemptsTable {
  /** Keyed digest of the e-mail address that was tried, or of who was asked for a password once more or a code. */
  account: string
  /** Keyed digest of the network address; empty: of all of them together. */
  address: string
  /** Attempts that were looked at and did not succeed, or are being looked at. */
  count: number
  last_at: number
  /** Since when attempts are refused; null: they are not. */
  locked_at: number | null
  /** When somebody last signed in from here. */
  succeeded_at: number | null
}

export interface ConsolePasskeysTable {
  /** As the authenticator names it, base64url. */
  id: string
  user_id: string
  /** What its owner calls it. */
  name: string
  /** COSE, base64url. */
  public_key: string
  /** As the authenticator counted at its last use; 0 of those that do not count. */
  counter: number
  /** JSON array of how the authenticator is reached. */
  transports: string
  created_at: number
  used_at: number | null
}

/** Ways to the OpenID Connect provider, each to be come back from once. */
export interface ConsoleProviderWaysTable {
  /** SHA-256 of the state, which the browser keeps in a cookie and the provider brings back, hex. */
  digest: string
  /** What the ID token must bring back. */
  nonce: string
  /** PKCE: what proves that the code is redeemed by whoever asked for it. */
  verifier: string
  /** Digest of the session that is being confirmed; null: somebody signs in. */
  session: string | null
  begun_at: number
}

export interface ConsoleChallengesTable {
  /** Random, base64url: whoever answers it takes it away. */
  challenge: string
  /** Who registers a passkey with it; null: somebody signs in, or confirms an act. */
  user_id: string | null
  expires_at: number
}
