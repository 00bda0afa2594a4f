import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Row {
  finding: string
  became: string
  tests: string
  commits: string
}

const rows = readFileSync('docs/reviews.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!Finding|---)/.test(line))
  .map((line): Row => {
    const [finding = '', became = '', tests = '', commits = ''] = line.slice(2, -2).split(' | ')
    return { finding, became, tests, commits }
  })
const isOpen = ({ became }: Row) => became.startsWith('open')
const scripts = JSON.parse(readFileSync('package.json', 'utf8')).scripts

/** Whether a test, a group or a row of `it.each` has a title that begins with these words. */
function hasTitle(code: string, words: string): boolean {
  const literal = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const call = '\\b(?:describe|it|test)(?:\\.\\w+)*\\('
  // The second call of `it.each(rows)(title)` begins where the first one ends.
  return new RegExp(`(?:${call}|\\)\\(|\\[)\\s*(['"\`])${literal}(?!\\w)`).test(code)
}

it('every finding says what became of it', () => {
  expect(rows.length).toBeGreaterThan(190)
  for (const { finding, became } of rows)
    expect(became, finding).toMatch(/^(mended|decided|open|was right|were right)/)
})

it('every test that a finding names is there, under that name', () => {
  const missing: string[] = []
  for (const row of rows) {
    if (isOpen(row) && row.tests === 'none') continue
    const named = [...row.tests.matchAll(/`([\w./-]+\.ts)`, "([^"]+)"/g)]
    const commands = [...row.tests.matchAll(/`npm run ([\w:-]+)`/g)]
    if (named.length + commands.length === 0) missing.push(`${row.finding}: no test`)
    for (const [, file = '', name = ''] of named) {
      const code = existsSync(file) ? readFileSync(file, 'utf8').replaceAll("\\'", "'") : ''
      if (!hasTitle(code, name)) missing.push(`${file}: ${name}`)
    }
    for (const [, name = ''] of commands) if (!scripts[name]) missing.push(`npm run ${name}`)
  }
  expect(missing).toEqual([])
})

it('a title is more than the same letters somewhere in the file', () => {
  const code = "describe('errors', () => it.each([['blur', 400]])('%s is 4000', async (name) => expect(400)))"
  for (const title of ['errors', 'blur', '%s is']) expect(hasTitle(code, title), title).toBe(true)
  for (const words of ['400', 'error', 'name', 'is 4000']) expect(hasTitle(code, words), words).toBe(false)
})

it('every finding that is not open names a commit', () => {
  for (const row of rows) {
    if (isOpen(row) && row.commits === 'none') continue
    expect(row.commits, row.finding).toMatch(/^[0-9a-f]{7}(, [0-9a-f]{7})*$/)
  }
})

it('every commit that a finding names is one of this history', () => {
  const named = new Set(rows.flatMap(({ commits }) => commits.match(/[0-9a-f]{7}/g) ?? []))
  const history = knownCommits()
  const missing = [...named].filter((commit) => !history.has(commit))
  // A package has no history, a shallow clone only its end, and a copy with a history of its own knows none of them.
  if (missing.length < named.size && !isShallow()) expect(missing).toEqual([])
})

function knownCommits(): Set<string> {
  const hashes = git('log', '--format=%H').split('\n')
  return new Set(hashes.map((hash) => hash.slice(0, 7)))
}

function isShallow(): boolean {
  return git('rev-parse', '--is-shallow-repository') === 'true'
}

/** @returns what it prints, without blanks at the end; nothing where there is no repository */
function git(...words: string[]): string {
  try {
    return execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return ''
  }
}
