import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { gestures } from '../../../src/decisions/gesture.ts'
import { allLanguages, directionOf, fill, preferredLanguage } from '../../shared/languages.ts'
import { hasEverySentence } from '../../shared/texts-suite.ts'
import { en, loadTexts } from './index.ts'

describe('the texts', () => {
  hasEverySentence(allLanguages, loadTexts)

  it('name every gesture that can be asked for', () => {
    expect(Object.keys(en.gestures).sort()).toEqual([...gestures].sort())
  })

  it('are chosen by the browser, English where it speaks none of ours', () => {
    const chosen = (...tags: string[]) => preferredLanguage(allLanguages, tags)
    expect(chosen('hi-IN', 'en')).toBe('hi')
    expect(chosen('PT-br', 'hi')).toBe('pt')
    expect(chosen('nl', 'ur-PK')).toBe('ur')
    expect(chosen('de-DE')).toBe('en')
    // Tetum, not Telugu.
    expect(chosen('tet')).toBe('en')
    expect(chosen()).toBe('en')
    expect(preferredLanguage(['en', 'hi'], ['fr', 'hi'])).toBe('hi')
  })

  it('say in their first lines that no native speaker has read them', () => {
    for (const code of allLanguages.filter((code) => code !== 'en' && code !== 'hi')) {
      const [first] = readFileSync(new URL(`./${code}.ts`, import.meta.url), 'utf8').split('\n')
      expect(first).toMatch(/Not read by a native speaker\./)
    }
  })

  it('know who writes from the right', () => {
    expect(allLanguages.filter((code) => directionOf(code) === 'rtl')).toEqual(['ar', 'ur'])
  })

  it('take values in', () => {
    expect(fill('Step {step} of {count}', { step: 2, count: 3 })).toBe('Step 2 of 3')
    expect(fill('{unknown}', {})).toBe('{unknown}')
  })
})
