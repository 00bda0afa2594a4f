import type { Environment } from '../../access/clients.ts'
import type { Config } from '../../config/index.ts'

/** Does this server serve credentials of that environment? servedEnvironment may leave one out. */
export function isServed({ servedEnvironment: served }: Config, environment: Environment): boolean {
  return served === 'any' || served === environment
}

/** The environment that a credential names by how it begins; null when it names none. */
export function environmentOf(
  credential: string,
  beginnings: Readonly<Record<Environment, string>>,
): Environment | null {
  const environments = ['sandbox', 'production'] as const
  return environments.find((environment) => credential.startsWith(beginnings[environment])) ?? null
}
