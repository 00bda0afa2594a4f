/** Passkeys, as the browser makes and uses them. */
import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from '@simplewebauthn/browser'
import type { ConsoleApi } from './client.ts'
import type { Passkey, Session } from './types.ts'

/** Browsers make passkeys for names alone: never for an IP address. */
export function canUsePasskeys(host = location.hostname): boolean {
  return browserSupportsWebAuthn() && !/^[\d.]+$|:/.test(host)
}

/** Asks the browser for a passkey and sends it. @throws ConsoleApiError, WebAuthnError, DOMException */
export async function sendPasskey(
  api: ConsoleApi,
  path: '/session/passkey' | '/session/confirm/passkey',
): Promise<Session> {
  const optionsJSON = await api.send<PublicKeyCredentialRequestOptionsJSON>('POST', '/passkeys/challenge')
  return api.send('POST', path, { credential: await startAuthentication({ optionsJSON }) })
}

/** @throws ConsoleApiError, WebAuthnError, DOMException */
export async function addPasskey(api: ConsoleApi, name: string): Promise<Passkey> {
  const optionsJSON = await api.send<PublicKeyCredentialCreationOptionsJSON>('POST', '/passkeys/offer')
  return api.send('POST', '/passkeys', { name, credential: await startRegistration({ optionsJSON }) })
}

/** The person closed the browser's question, or did not answer it in time. */
export function isGivenUp(error: unknown): boolean {
  const { name } = error instanceof WebAuthnError ? (error.cause as Error) : (error as Error)
  return name === 'NotAllowedError' || name === 'AbortError'
}
