import type { CaptureLanguage } from '../../src/challenges/languages.ts'

/** The languages by their own names. The capture page speaks all of them, the console those that it names. */
export const languageNames = {
  en: 'English',
  hi: 'हिन्दी',
  es: 'Español',
  fr: 'Français',
  pt: 'Português',
  ar: 'العربية',
  bn: 'বাংলা',
  ta: 'தமிழ்',
  te: 'తెలుగు',
  mr: 'मराठी',
  ur: 'اردو',
} as const satisfies Record<CaptureLanguage, string>

export type Language = keyof typeof languageNames

export const allLanguages = Object.keys(languageNames).filter(isLanguage)

export function isLanguage(code: string): code is Language {
  return Object.hasOwn(languageNames, code)
}

/** The way a language is written, for the attribute `dir`. */
export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' || language === 'ur' ? 'rtl' : 'ltr'
}

/**
 * The first of the browser's languages that a page speaks, or English.
 * @param spoken by the page
 * @param wanted tags such as `pt-BR`
 */
export function preferredLanguage<Spoken extends Language>(
  spoken: readonly Spoken[],
  wanted: readonly string[] = navigator.languages,
): Spoken | 'en' {
  const codes = wanted.map((tag) => tag.toLowerCase().split('-')[0])
  for (const code of codes) {
    const found = spoken.find((language) => language === code)
    if (found) return found
  }
  return 'en'
}

/** Puts values in place of `{name}`. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))
}
