import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('docs/reference/settings.md says what the settings are', async () => {
  // @ts-expect-error the scripts are JavaScript without declarations
  const { settingsPage } = await import('../scripts/settings.mjs')
  expect(readFileSync('docs/reference/settings.md', 'utf8')).toBe(settingsPage())
})
