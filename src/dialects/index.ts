/** The vendors this server speaks for. A fifth one is a folder like the others and a line here. */
import { cashfree } from './cashfree/routes.ts'
import type { Dialect } from './dialect.ts'
import { didit } from './didit/routes.ts'
import { indiconnect } from './indiconnect/routes.ts'
import { liveface } from './liveface/routes.ts'
import { verifyhq } from './verifyhq/routes.ts'

export const dialects = [
  cashfree,
  didit,
  indiconnect,
  liveface,
  verifyhq,
] as const satisfies readonly Dialect[]

/** A table by name, `Record<DialectName, ...>`, does not compile without the fifth one. */
export type DialectName = (typeof dialects)[number]['name']
