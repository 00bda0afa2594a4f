import { isIP, type LookupFunction, type Socket } from 'node:net'
import { buildConnector } from 'undici'
import { FetchError } from './error.ts'
import type { ResolveHost } from './resolve.ts'

export interface ConnectRules {
  resolve: ResolveHost
  /** May this address be connected to? Asked for every address of a name. */
  permits: (address: string) => boolean
  /** Milliseconds for look-up, TCP and TLS together. */
  timeoutMs: number
  /** Ends a connection in the making; undici itself would wait for it before it lets go. */
  signal: AbortSignal
}

/**
 * A `connect` for undici that resolves a name once, checks every address and dials only what it
 * checked: there is no second look-up in which a name could change its mind (DNS rebinding).
 * A literal address is checked here too, since no look-up ever sees one.
 */
export function createGuardedConnect(rules: ConnectRules): buildConnector.connector {
  const { resolve, permits, timeoutMs, signal } = rules
  return (target, callback) => {
    let socket: Socket | undefined
    let settled = false
    const timer = setTimeout(() => fail(new FetchError('connect_timeout')), timeoutMs)
    const abort = () => fail(new FetchError('aborted'))
    signal.addEventListener('abort', abort)

    function settle(): boolean {
      if (settled) return false
      settled = true
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      return true
    }

    function fail(error: FetchError): void {
      if (!settle()) return
      socket?.destroy()
      callback(error, null)
    }

    function dial(addresses: string[]): void {
      if (settled) return
      const connector = buildConnector({ ...answering(addresses), timeout: 0, maxCachedSessions: 0 })
      socket = connector(target, (error, connected) => {
        if (error) return fail(new FetchError('connect_failed', { cause: error }))
        if (settle()) callback(null, connected)
      }) as unknown as Socket
    }

    checkedAddresses(target.hostname, resolve, permits)
      .then(dial)
      .catch((error) => {
        fail(error instanceof FetchError ? error : new FetchError('connect_failed', { cause: error }))
      })
  }
}

/** @throws FetchError when the name has no address, or one that is not permitted beside ones that are */
async function checkedAddresses(
  hostname: string,
  resolve: ResolveHost,
  permits: (address: string) => boolean,
): Promise<string[]> {
  const addresses = isIP(hostname) ? [hostname] : await resolve(hostname).catch(unresolved)
  if (addresses.length === 0) throw new FetchError('name_unresolved')
  if (!addresses.every(permits)) throw new FetchError('address_refused')
  return addresses
}

function unresolved(cause: unknown): never {
  throw new FetchError('name_unresolved', { cause })
}

/** Socket options under which Node "looks up" exactly `addresses`, and tries them in turn. */
function answering(addresses: string[]) {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  const lookup: LookupFunction = (_hostname, options, done) => {
    if (options.all) return done(null, found)
    const [first = { address: '', family: 0 }] = found
    done(null, first.address, first.family)
  }
  // Node gives each address but the last 250 ms, too little for another continent.
  return { lookup, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 1000 }
}
