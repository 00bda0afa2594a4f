/** The languages of the capture page, one file each. */
import type { Language } from '../../shared/languages.ts'
import { en, type Texts } from './en.ts'

export { en, type Texts } from './en.ts'

/** English comes with the page, each other language when it is asked for. */
const others: Record<Exclude<Language, 'en'>, () => Promise<Texts>> = {
  hi: async () => (await import('./hi.ts')).hi,
  es: async () => (await import('./es.ts')).es,
  fr: async () => (await import('./fr.ts')).fr,
  pt: async () => (await import('./pt.ts')).pt,
  ar: async () => (await import('./ar.ts')).ar,
  bn: async () => (await import('./bn.ts')).bn,
  ta: async () => (await import('./ta.ts')).ta,
  te: async () => (await import('./te.ts')).te,
  mr: async () => (await import('./mr.ts')).mr,
  ur: async () => (await import('./ur.ts')).ur,
}

/** @throws Error where the network is away */
export async function loadTexts(language: Language): Promise<Texts> {
  return language === 'en' ? en : others[language]()
}
