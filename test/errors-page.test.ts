/** docs/reference/errors.md is what its script writes, so that no error changes without it. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

// @ts-expect-error the scripts are JavaScript without declarations
const { errorPage } = await import('../scripts/errors.mjs')

it('is current', async () => {
  expect(readFileSync('docs/reference/errors.md', 'utf8'), 'run `npm run errors`').toBe(await errorPage())
})
