import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { counted, printable, printableJson, table } from './terminal.ts'

test('a table shows what a terminal would obey', () => {
  const evil = 'a\u001b[2Jb\r\nc\u0007\u009b31m\u202ed'
  const shown = table([
    ['name', 'id'],
    [evil, '1'],
  ])
  expect(shown.split('\n')).toHaveLength(2)
  expect(shown).toContain('a\\u001b[2Jb\\u000d\\u000ac\\u0007\\u009b31m\\u202ed  1')
})

test('JSON shows what a terminal would obey, and stays the same JSON', () => {
  const value = {
    'k\u202e': ['\u007f\u009b2J\u200e\u200f\u2066\u2069', 'a\u001b[2Jb\r\nc', 'Zoë 👩‍🦰 שלום "\\\\"'],
  }
  for (const indent of [undefined, 2]) {
    const json = JSON.stringify(value, null, indent)
    const shown = printableJson(json)
    expect(shown).not.toMatch(/(?!\n)[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u)
    expect(shown.split('\n')).toHaveLength(json.split('\n').length)
    expect(shown).toContain('Zoë 👩‍🦰 שלום')
    expect(JSON.parse(shown)).toEqual(value)
  }
})

test('no command prints JSON past the escapes', () => {
  const sources = readdirSync(import.meta.dirname).filter((name) => /(?<!\.test)\.ts$/.test(name))
  const bare = sources.flatMap((name) => {
    const source = readFileSync(`${import.meta.dirname}/${name}`, 'utf8')
    return (
      source.match(/(?:print|stdout\.write)\([^\n]*tringif.*/g)?.filter((line) => !/printable/.test(line)) ??
      []
    )
  })
  expect(bare.filter((line) => !line.startsWith('print(printableJson('))).toEqual([])
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
