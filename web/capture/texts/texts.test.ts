import { describe, expect, it } from 'vitest'
import { gestures } from '../../../src/decisions/gesture.ts'
import { fill, preferredLanguage } from '../../shared/languages.ts'
import { hasEverySentence } from '../../shared/texts-suite.ts'
import { textsOf } from './index.ts'

describe('the texts', () => {
  hasEverySentence(textsOf)

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
