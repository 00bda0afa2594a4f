import { listensOnLoopback } from '../access/loopback.ts'
import type { Config } from '../config/index.ts'

/** What is dangerous about where a server listens; null when nothing is. */
export function exposure({ production, listening: { host } }: Config): string | null {
  if (production || listensOnLoopback(host)) return null
  return `HOST=${host} lets other machines reach a server that is not in production mode: set LIVEFACE_PRODUCTION=true, or HOST=127.0.0.1.`
}

/** What the person who starts a server should know of its settings: one line each, or an empty text. */
export function startWarnings(config: Config): string {
  const { production, listening } = config
  const lines = [
    exposure(config),
    production && !listening.publicUrl
      ? 'Links in answers begin with the address that the server listens on: set LIVEFACE_PUBLIC_URL to the URL that callers see.'
      : null,
    listening.trustProxy === 'true'
      ? 'LIVEFACE_TRUST_PROXY=true believes the address that any caller says it has, so limits and lists by address hold nobody: name the addresses of your proxies.'
      : null,
  ].filter((line) => line !== null)
  return lines.map((line) => `WARNING: ${line}\n`).join('')
}
