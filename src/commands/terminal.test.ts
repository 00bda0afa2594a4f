import { expect, test } from 'vitest'
import { counted, printable, table } from './terminal.ts'

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

test('one of a thing is not several', () => {
  expect([0, 1, 2].map((count) => counted(count, 'picture'))).toEqual([
    '0 pictures',
    '1 picture',
    '2 pictures',
  ])
  expect(counted(2, 'gallery', 'galleries')).toBe('2 galleries')
})
