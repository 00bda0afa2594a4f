/**
 * The OpenID Connect provider at which people sign in: authorization code with PKCE, state and nonce. Nothing is asked of
 * it before somebody signs in, so a provider that is away keeps no server from starting.
 */
import type { IDToken } from 'openid-client'
import type { Config } from '../config/index.ts'
import { FetchError } from '../fetch/index.ts'
import { newToken } from './cookies.ts'
import { ConsoleError } from './errors.ts'
import { createProviderFetch } from './provider-fetch.ts'
import type { ProviderWay } from './provider-ways.ts'
import { shareWork } from './shared-work.ts'

export type ProviderSettings = NonNullable<Config['console']['provider']>

/** Milliseconds for which the provider's addresses and keys are good. */
const metadataLifeMs = 10 * 60_000
/** By how much the provider's clock may go before ours. Milliseconds. */
const clockToleranceMs = 30_000
/** Loaded once somebody signs in with it, as few do. */
const library = () => import('openid-client')

export interface Provider {
  /**
   * @param again the provider must ask who it is, also somebody who is signed in there
   * @returns where to send the browser, and what to keep until it comes back
   * @throws ConsoleError provider_away
   */
  begin(
    redirectUri: string,
    again: boolean,
  ): Promise<{ url: URL; way: Pick<ProviderWay, 'state' | 'nonce' | 'verifier'> }>
  /**
   * Redeems what the browser came back with.
   * @param url at which it came back, the whole of it
   * @param since Unix milliseconds: who signed in there before is refused; null: whenever it was
   * @returns what the signed ID token says
   * @throws ConsoleError provider_away, provider_refused
   */
  finish(
    url: URL,
    way: Pick<ProviderWay, 'state' | 'nonce' | 'verifier'>,
    since: number | null,
  ): Promise<IDToken>
  /** Where the browser signs out there too; null: the provider has no such page. @throws ConsoleError provider_away */
  signOutUrl(returnTo: string): Promise<URL | null>
}

export function createProvider(
  settings: ProviderSettings,
  { ports, totalMs }: Pick<Config['fetch'], 'ports' | 'totalMs'>,
): Provider {
  const { issuer, clientId, clientSecret, scope, allowPrivate } = settings
  const fetch = createProviderFetch({ issuer, allowPrivate, ports, totalMs })

  const discover = shareWork(
    async () => {
      const client = await library()
      const authentication =
        clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret)
      return client.discovery(new URL(issuer), clientId, undefined, authentication, {
        [client.customFetch]: fetch,
        // The library trusts a token that TLS brought: its signature is looked at all the same.
        execute: [
          client.enableNonRepudiationChecks,
          ...(issuer.startsWith('http:') ? [client.allowInsecureRequests] : []),
        ],
      })
    },
    { keepMs: metadataLifeMs },
  )
  const ready = () =>
    discover().catch((cause) => {
      throw new ConsoleError('provider_away', { cause })
    })

  return {
    async begin(redirectUri, again) {
      const [client, configuration] = [await library(), await ready()]
      const [state, nonce, verifier] = [newToken(), newToken(), newToken()]
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope,
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        // With `max_age` the token must say when the person signed in.
        ...(again ? { prompt: 'login', max_age: '300' } : {}),
      })
      return { url, way: { state, nonce, verifier } }
    },

    async finish(url, { state, nonce, verifier }, since) {
      const [client, configuration] = [await library(), await ready()]
      const tokens = await client
        .authorizationCodeGrant(configuration, url, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        .catch(refuse)
      const claims = tokens.claims()
      if (!claims) throw new ConsoleError('provider_refused')
      if (since !== null && (claims.auth_time ?? 0) * 1000 < since - clockToleranceMs) {
        throw new ConsoleError('provider_refused')
      }
      return claims
    },

    async signOutUrl(returnTo) {
      const [client, configuration] = [await library(), await ready()]
      if (!configuration.serverMetadata().end_session_endpoint) return null
      return client.buildEndSessionUrl(configuration, { post_logout_redirect_uri: returnTo })
    },
  }
}

/** @throws ConsoleError */
function refuse(cause: Error): never {
  const isAway = cause instanceof FetchError || cause.cause instanceof FetchError
  throw new ConsoleError(isAway ? 'provider_away' : 'provider_refused', { cause })
}
