import { describe, expect, it } from 'vitest'
import { shortcutOf } from './shortcuts.ts'

const none = { ctrlKey: false, metaKey: false, altKey: false }

describe('a shortcut', () => {
  it('is the key as it is written', () => {
    expect(shortcutOf({ ...none, key: 'j', code: 'KeyJ' })).toBe('j')
    expect(shortcutOf({ ...none, key: 'A', code: 'KeyA' })).toBe('a')
    expect(shortcutOf({ ...none, key: '?', code: 'Slash' })).toBe('?')
    expect(shortcutOf({ ...none, key: 'Escape', code: 'Escape' })).toBe('Escape')
    // A French keyboard has its a where an English one has q.
    expect(shortcutOf({ ...none, key: 'a', code: 'KeyQ' })).toBe('a')
  })

  it('is the key by its place where another script is written', () => {
    expect(shortcutOf({ ...none, key: 'र', code: 'KeyJ' })).toBe('j')
    expect(shortcutOf({ ...none, key: '१', code: 'Digit1' })).toBeNull()
  })

  it("is none with a key of the browser's or the system's", () => {
    for (const held of ['ctrlKey', 'metaKey', 'altKey'] as const) {
      expect(shortcutOf({ ...none, [held]: true, key: 'a', code: 'KeyA' })).toBeNull()
    }
  })
})
