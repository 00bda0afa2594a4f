import type { DialectName } from '../../../src/dialects/index.ts'

/** The APIs by the names that people know them by. */
export const dialectTitles: Record<DialectName, string> = {
  cashfree: 'Cashfree',
  didit: 'Didit',
  indiconnect: 'IndiConnect',
  liveface: 'Liveface',
  verifyhq: 'VerifyHQ',
}

export function dialectTitle(name: string): string {
  return dialectTitles[name as DialectName] ?? name
}
