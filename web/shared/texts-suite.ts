/** The tests that the texts of every page pass. */
import { expect, it } from 'vitest'
import type { Language } from './languages.ts'

/** A letter of the language's script, where that is not Latin. */
const scripts: Partial<Record<Language, RegExp>> = {
  hi: /\p{Script=Devanagari}/u,
  ar: /\p{Script=Arabic}/u,
  bn: /\p{Script=Bengali}/u,
  ta: /\p{Script=Tamil}/u,
  te: /\p{Script=Telugu}/u,
  mr: /\p{Script=Devanagari}/u,
  ur: /\p{Script=Arabic}/u,
}

/** Every sentence of a language by its place, to compare two languages. */
function sentences(value: unknown, place = ''): [string, string][] {
  if (typeof value === 'string') return [[place, value]]
  return Object.entries(value as object).flatMap(([name, part]) => sentences(part, `${place}/${name}`))
}

/** @param languages that the page speaks */
export function hasEverySentence<Spoken extends Language>(
  languages: readonly (Spoken | 'en')[],
  textsOf: (language: Spoken | 'en') => unknown,
): void {
  it.each(languages)('%s has every sentence, with the same places for values', async (code) => {
    const english = sentences(await textsOf('en'))
    const own = new Map(sentences(await textsOf(code)))
    const values = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
    for (const [place, text] of english) {
      expect(own.get(place)?.trim(), place).toBeTruthy()
      expect(values(own.get(place) ?? ''), place).toEqual(values(text))
    }
    expect(own.size).toBe(english.length)
  })

  it.each(languages.filter((code) => code in scripts))('%s is written in its own script', async (code) => {
    for (const [place, text] of sentences(await textsOf(code))) expect(text, place).toMatch(scripts[code]!)
  })
}
