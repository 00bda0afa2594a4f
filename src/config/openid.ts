/** Settings of signing in to the console at an OpenID Connect provider. */
import { z } from 'zod'
import { flag, secret } from './types.ts'

/** What people may be at the console. */
export const roles = ['administrator', 'reviewer', 'developer', 'auditor'] as const
export type Role = (typeof roles)[number]

/** What a value of the provider's claim makes of a person. */
export interface ProviderRole {
  /** As the claim has it. */
  value: string
  role: Role
  /** Ids of the clients whose cases the person sees; null: every one. */
  clients: string[] | null
}

const shape =
  'expected VALUE=ROLE or VALUE=ROLE:CLIENT+CLIENT, comma separated; an administrator sees every client'

/** @returns null for a text that is none */
function toProviderRole(text: string): ProviderRole | null {
  const [, value = '', role = '', clients] = /^(.+)=(\w+)(?::([\w.+-]+))?$/.exec(text.trim()) ?? []
  const known = roles.find((name) => name === role)
  if (!known || (known === 'administrator' && clients !== undefined)) return null
  return { value: value.trim(), role: known, clients: clients?.split('+').filter(Boolean) ?? null }
}

const providerRoles = z.string().transform((text, context) => {
  const read = text.split(',').map(toProviderRole)
  const found = read.filter((one) => one !== null)
  if (found.length === read.length) return found
  context.addIssue({ code: 'custom', message: shape })
  return z.NEVER
})

export const openIdSettings = {
  LIVEFACE_OIDC_ISSUER: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Issuer of the OpenID Connect provider at which people sign in to the console, beside accounts of its own. It must know BASE/console/api/openid/callback as redirect address and BASE/console as that after signing out, BASE being LIVEFACE_PUBLIC_URL. Default: there is none.',
    ),
  LIVEFACE_OIDC_CLIENT_ID: z.string().optional().describe('What the provider calls this console.'),
  LIVEFACE_OIDC_CLIENT_SECRET: secret(z.string().optional()).describe(
    'Secret of the console at the provider, sent as client_secret_basic. Default: none, as of a public client.',
  ),
  LIVEFACE_OIDC_SCOPE: z
    .string()
    .regex(/(^| )openid( |$)/, 'expected scopes with openid among them, separated by spaces')
    .default('openid email profile')
    .describe('Scopes that are asked for.'),
  LIVEFACE_OIDC_ROLE_CLAIM: z
    .string()
    .default('groups')
    .describe('Claim of the ID token, a text or a list of texts, that LIVEFACE_OIDC_ROLES looks at.'),
  LIVEFACE_OIDC_ROLES: providerRoles
    .optional()
    .describe(
      'What values of the claim make of people: VALUE=ROLE for every client or VALUE=ROLE:CLIENT+CLIENT for some, comma separated, as in kyc-leads=administrator,kyc=reviewer:ID. The first that a person has counts; who has none is refused.',
    ),
  LIVEFACE_OIDC_ALLOW_PRIVATE: flag
    .default(false)
    .describe(
      'The provider may lie in a private network or on this machine, and outside production mode answer by http.',
    ),
}
