/** The languages of the console, one file each. */
import type { Language } from '../../shared/languages.ts'
import { en, type Texts } from './en.ts'
import { hi } from './hi.ts'

export type { Texts } from './en.ts'

const texts: Record<Language, Texts> = { en, hi }

export function textsOf(language: Language): Texts {
  return texts[language]
}
