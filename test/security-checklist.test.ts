/** What SECURITY.md says is tested is tested by a file that exists, and every risk of the list has one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { listSettings } from '../src/commands/settings.ts'

const text = readFileSync('SECURITY.md', 'utf8')
const rows = text.split('\n').filter((line) => line.startsWith('| '))
const named = (line: string) =>
  [...line.matchAll(/`((?:src|test|web)\/[^`]+)`/g)].map((match) => match[1] as string)

const all = ['src', 'test', 'web'].flatMap((folder) =>
  readdirSync(folder, { recursive: true }).map((name) => `${folder}/${name}`),
)

/** Files of a name, or of a pattern with stars, each for one part of a path. */
function matching(name: string): string[] {
  const pattern = new RegExp(`^${name.replace(/[.]/g, '\\.').replaceAll('*', '[^/]*')}$`)
  return all.filter((path) => pattern.test(path))
}

/** A file with the suites that it runs, where its tests stand in one that others run too. */
function withSuites(path: string): string {
  const content = readFileSync(path, 'utf8')
  const suites = [...content.matchAll(/from '\.\/(suites\/[\w-]+\.ts)'/g)]
  return [content, ...suites.map(([, file]) => readFileSync(`test/${file}`, 'utf8'))].join('\n')
}

it('every file named in SECURITY.md exists and holds tests', () => {
  const files = [...new Set(named(text))]
  expect(files.length).toBeGreaterThan(30)
  for (const name of files) {
    const found = matching(name)
    expect(found, name).not.toEqual([])
    for (const path of found) expect(withSuites(path), path).toMatch(/\b(it|test)(\.\w+)?\(/)
  }
})

it.each(Array.from({ length: 10 }, (_, i) => `API${i + 1} `))(
  'the risk %s has a row that names a test',
  (risk) => {
    const row = rows.filter((line) => line.startsWith(`| ${risk}`))
    expect(row).toHaveLength(1)
    expect(named(row[0] ?? '').filter((name) => name.endsWith('.test.ts'))).not.toEqual([])
  },
)

it('every row of what is protected, and of what breaks, names a test', () => {
  for (const heading of ['## What is protected', '## What breaks']) {
    const section = text.slice(text.indexOf(heading), text.indexOf('\n## ', text.indexOf(heading) + 1))
    const lines = section.split('\n').filter((line) => /^\| (?!---|What \||Fault \|)/.test(line))
    expect(lines.length).toBeGreaterThan(5)
    for (const line of lines) expect(named(line), line.slice(0, 60)).not.toEqual([])
  }
})

it('every setting and command it names exists', () => {
  const settings = listSettings().map(({ name }) => name)
  for (const [, name] of text.matchAll(/`(LIVEFACE_\w+)`/g)) expect(settings).toContain(name)
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  for (const [, name] of text.matchAll(/`npm run ([\w:]+)`/g)) expect(Object.keys(scripts)).toContain(name)
  for (const [path] of text.matchAll(/bench\/results\/[\w-]+\.json/g)) expect(existsSync(path)).toBe(true)
})
