import type { Language } from './index.ts'

/**
 * What settings mean, by their names; fetched only for the page that shows them. Empty where the English of the server
 * is what there is: in English, and when the file cannot be fetched.
 */
export async function loadSettingMeanings(language: Language): Promise<Readonly<Record<string, string>>> {
  if (language === 'en') return {}
  try {
    return (await import('./settings-hi.ts')).settingsHi
  } catch {
    return {}
  }
}
