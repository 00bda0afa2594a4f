import { describe, expect, it } from 'vitest'
import { isLanguage, languageNames } from '../../shared/languages.ts'
import { sentences } from '../../shared/sentences.ts'
import { textsOf } from './index.ts'

describe("the console's texts", () => {
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
})
