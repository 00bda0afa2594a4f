import type { CaptureLanguage } from '../../src/challenges/languages.ts'

/** The languages that the pages speak, by their own names; each page has one file of texts for each. */
export const languageNames = { en: 'English', hi: 'हिन्दी' } as const satisfies Record<CaptureLanguage, string>

export type Language = keyof typeof languageNames

export function isLanguage(code: string): code is Language {
  return Object.hasOwn(languageNames, code)
}

/** The first of the browser's languages that the pages speak. */
export function preferredLanguage(wanted: readonly string[] = navigator.languages): Language {
  const codes = wanted.map((tag) => tag.slice(0, 2).toLowerCase())
  return codes.find(isLanguage) ?? 'en'
}

/** Puts values in place of `{name}`. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))
}
