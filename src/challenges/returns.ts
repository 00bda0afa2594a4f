/** What the capture page's person takes back to the caller's own page: that the session is over, signed, and no verdict. */
import { createHmac } from 'node:crypto'
import type { MasterKey } from '../access/master-key.ts'
import type { ChallengeSessions, Session } from './types.ts'

/** A part of the query that an earlier way back has left there. */
const isOurs = /^liveface_(session|status|time|signature)=/

export function createReturns(
  masterKey: MasterKey,
  now: () => number,
): Pick<ChallengeSessions, 'returnSecret' | 'returnAddress'> {
  const nameOf = ({ id }: Session) => `return/${id}`
  return {
    returnSecret: (session) => masterKey.digest(nameOf(session)),

    returnAddress(session) {
      const { id, returnUrl, state } = session
      if (returnUrl === null || (state !== 'completed' && state !== 'expired')) return null
      const time = Math.floor(now() / 1000)
      // One for each master key: the caller's secret may be from before a rotation.
      const signatures = masterKey
        .digests(nameOf(session))
        .map((secret) => createHmac('sha256', secret).update(`${id}.${state}.${time}`).digest('hex'))
      const address = new URL(returnUrl)
      // As text: `searchParams` would spell the caller's own part in another way, which a signature over it may not bear.
      const parts = address.search === '' ? [] : address.search.slice(1).split('&')
      const own = parts.filter((part) => !isOurs.test(part))
      address.search = [
        ...own,
        `liveface_session=${id}`,
        `liveface_status=${state}`,
        `liveface_time=${time}`,
        `liveface_signature=${signatures.join('.')}`,
      ].join('&')
      return address.href
    },
  }
}
