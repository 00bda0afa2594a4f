/** The word list of docs/style.md, and that lint sees what it lists. */
import { expect, it } from 'vitest'

// @ts-expect-error the scripts are JavaScript without declarations
const { findRefused, refused } = await import('../scripts/words.mjs')

it('holds words', () => {
  expect(refused.length).toBeGreaterThan(2)
})

it.each(refused as { word: string; instead: string }[])('refuses $word', ({ word, instead }) => {
  const used = word.endsWith('X') ? `${word.slice(0, -1)}Queued` : word
  expect(findRefused(`One line.\nIt is ${used} here.`)).toEqual([`2: "${word}": write ${instead}`])
})

it('refuses a word inside a name, and not inside another word', () => {
  const { word } = refused.find((row: { word: string }) => /^[a-z]+$/.test(row.word))
  const capital = word[0].toUpperCase() + word.slice(1)
  expect(findRefused(`const take${capital}Now = 1`)).toHaveLength(1)
  expect(findRefused(`en${word}d`)).toEqual([])
})
