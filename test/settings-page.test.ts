import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { listSettings } from '../src/commands/settings.ts'
import { settingsHi } from '../web/console/texts/settings-hi.ts'

it('docs/reference/settings.md says what the settings are', async () => {
  // @ts-expect-error the scripts are JavaScript without declarations
  const { settingsPage } = await import('../scripts/settings.mjs')
  expect(readFileSync('docs/reference/settings.md', 'utf8')).toBe(settingsPage())
})

it('the console says in Hindi what every setting means, and of no other', () => {
  const names = listSettings().map(({ name }) => name)
  expect(Object.keys(settingsHi).sort()).toEqual(names.sort())
})

it.each(listSettings())(
  'the Hindi of $name has the names and numbers of the English',
  ({ name, meaning }) => {
    expect(settingsHi[name]).toMatch(/\p{Script=Devanagari}/u)
    for (const [same] of meaning.matchAll(/`[^`]+`|\w+_\w+|\d+(?:\.\d+)?/g)) {
      expect(settingsHi[name]).toContain(same)
    }
  },
)
