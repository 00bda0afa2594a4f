/** The languages of the console, one file each. */
import { en, type Texts } from './en.ts'
import { hi } from './hi.ts'

export type { Texts } from './en.ts'

export const languages = ['en', 'hi'] as const
export type Language = (typeof languages)[number]

const texts: Record<Language, Texts> = { en, hi }

export function textsOf(language: Language): Texts {
  return texts[language]
}

/** The words for a name of the API; the name itself where there are none, as for a vendor's or a script's own. */
export function wordsOf(known: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(known, name) ? (known[name] ?? name) : name
}
