/** The languages of the capture page, one file each. */
import { en, type Texts } from './en.ts'
import { hi } from './hi.ts'

export type { Texts } from './en.ts'

export const languages = { en: { name: 'English', texts: en }, hi: { name: 'हिन्दी', texts: hi } } as const

export type Language = keyof typeof languages

export function isLanguage(code: string): code is Language {
  return code in languages
}

/** The first of the browser's languages that the page speaks. */
export function preferredLanguage(wanted: readonly string[] = navigator.languages): Language {
  const codes = wanted.map((tag) => tag.slice(0, 2).toLowerCase())
  return codes.find(isLanguage) ?? 'en'
}

/** Puts values in place of `{name}`. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))
}

export function textsOf(language: Language): Texts {
  return languages[language].texts
}
