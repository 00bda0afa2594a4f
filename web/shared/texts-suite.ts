/** The tests that the texts of every page pass. */
import { expect, it } from 'vitest'
import { isLanguage, type Language, languageNames } from './languages.ts'

/** Every sentence of a language by its place, to compare two languages. */
function sentences(value: unknown, place = ''): [string, string][] {
  if (typeof value === 'string') return [[place, value]]
  return Object.entries(value as object).flatMap(([name, part]) => sentences(part, `${place}/${name}`))
}

export function hasEverySentence(textsOf: (language: Language) => unknown): void {
  const english = sentences(textsOf('en'))

  it.each(Object.keys(languageNames).filter(isLanguage))(
    '%s has every sentence, with the same places for values',
    (code) => {
      const own = new Map(sentences(textsOf(code)))
      const values = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
      for (const [place, text] of english) {
        expect(own.get(place)?.trim(), place).toBeTruthy()
        expect(values(own.get(place) ?? ''), place).toEqual(values(text))
      }
      expect(own.size).toBe(english.length)
    },
  )

  it('Hindi is written in its own script', () => {
    for (const [place, text] of sentences(textsOf('hi'))) expect(text, place).toMatch(/[\u0900-\u097f]/)
  })
}
