import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const rows = readFileSync('docs/reviews.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!Finding|---)/.test(line))
  .map((line) => line.split(' | '))
const scripts = JSON.parse(readFileSync('package.json', 'utf8')).scripts

it('every finding says what became of it', () => {
  expect(rows.length).toBeGreaterThan(190)
  for (const [finding, became] of rows)
    expect(became, finding).toMatch(/^(mended|decided|open|was right|were right)/)
})

it('every test that a finding names is there, under that name', () => {
  const missing: string[] = []
  for (const [finding, , tests = ''] of rows) {
    const named = [...tests.matchAll(/`([\w./-]+\.test\.ts)`, "([^"]+)"/g)]
    const commands = [...tests.matchAll(/`npm run ([\w:-]+)`/g)]
    if (named.length + commands.length === 0) missing.push(`${finding}: no test`)
    for (const [, file = '', name = ''] of named) {
      const code = existsSync(file) ? readFileSync(file, 'utf8').replaceAll("\\'", "'") : ''
      if (!code.includes(name)) missing.push(`${file}: ${name}`)
    }
    for (const [, name = ''] of commands) if (!scripts[name]) missing.push(`npm run ${name}`)
  }
  expect(missing).toEqual([])
})
