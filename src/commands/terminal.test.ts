import { expect, test } from 'vitest'
import { printable, table } from './terminal.ts'

test('a table shows what a terminal would obey', () => {
  const evil = 'a\u001b[2Jb\r\nc\u0007\u009b31m\u202ed'
  const shown = table([
    ['name', 'id'],
    [evil, '1'],
  ])
  expect(shown.split('\n')).toHaveLength(2)
  expect(shown).toContain('a\\u001b[2Jb\\u000d\\u000ac\\u0007\\u009b31m\\u202ed  1')
})

test('other words stay as they are', () => {
  expect(printable('Zoë 👩‍🦰 שלום')).toBe('Zoë 👩‍🦰 שלום')
})
