import { describe, expect, it } from 'vitest'
import { gestures } from '../../../src/decisions/gesture.ts'
import { fill, languages, preferredLanguage } from './index.ts'

/** Every sentence of a language by its place. */
function sentences(value: unknown, place = ''): [string, string][] {
  if (typeof value === 'string') return [[place, value]]
  return Object.entries(value as object).flatMap(([name, part]) => sentences(part, `${place}/${name}`))
}

describe('the texts', () => {
  const english = sentences(languages.en.texts)

  it.each(Object.entries(languages))(
    '%s has every sentence, with the same places for values',
    (_code, { texts }) => {
      const own = new Map(sentences(texts))
      const values = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
      for (const [place, text] of english) {
        expect(own.get(place)?.trim(), place).toBeTruthy()
        expect(values(own.get(place) ?? ''), place).toEqual(values(text))
      }
      expect(own.size).toBe(english.length)
    },
  )

  it('Hindi is written in its own script', () => {
    for (const [place, text] of sentences(languages.hi.texts)) expect(text, place).toMatch(/[\u0900-\u097f]/)
  })

  it('name every gesture that can be asked for', () => {
    expect(Object.keys(languages.en.texts.gestures).sort()).toEqual([...gestures].sort())
  })

  it('are chosen by the browser, English where it speaks none of ours', () => {
    expect(preferredLanguage(['hi-IN', 'en'])).toBe('hi')
    expect(preferredLanguage(['fr', 'hi'])).toBe('hi')
    expect(preferredLanguage(['fr-FR'])).toBe('en')
    expect(preferredLanguage([])).toBe('en')
  })

  it('take values in', () => {
    expect(fill('Step {step} of {count}', { step: 2, count: 3 })).toBe('Step 2 of 3')
    expect(fill('{unknown}', {})).toBe('{unknown}')
  })
})
