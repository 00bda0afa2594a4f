import { useEffect, useState } from 'preact/hooks'
import { allLanguages, type Language, preferredLanguage } from '../shared/languages.ts'
import { en, loadTexts, type Texts } from './texts/index.ts'

export interface Spoken {
  language: Language
  texts: Texts
}

/**
 * The language that is shown.
 * @param wanted by the page around the element; null: the browser's language
 * @returns null until the first one has come; then the one before, until the next has
 */
export function useLanguage(wanted: Language | null): [Spoken | null, (language: Language) => void] {
  const [asked, ask] = useState<Language>(() => wanted ?? preferredLanguage(allLanguages))
  const [shown, show] = useState<Spoken | null>(asked === 'en' ? { language: asked, texts: en } : null)

  useEffect(() => {
    if (wanted) ask(wanted)
  }, [wanted])
  useEffect(() => {
    let isCurrent = true
    loadTexts(asked).then(
      (texts) => isCurrent && show({ language: asked, texts }),
      // The page goes on in the language that it has.
      () => isCurrent && ask(shown?.language ?? 'en'),
    )
    return () => {
      isCurrent = false
    }
  }, [asked])
  return [shown, ask]
}
