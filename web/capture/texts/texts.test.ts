import { describe, expect, it } from 'vitest'
import { gestures } from '../../../src/decisions/gesture.ts'
import { fill, isLanguage, languageNames, preferredLanguage } from '../../shared/languages.ts'
import { sentences } from '../../shared/sentences.ts'
import { textsOf } from './index.ts'

describe('the texts', () => {
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

  it('name every gesture that can be asked for', () => {
    expect(Object.keys(textsOf('en').gestures).sort()).toEqual([...gestures].sort())
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
