/** No regular expression takes more than linear time to fail: one that does lets a caller's text hold the server. */
import { readdirSync, readFileSync } from 'node:fs'
import { RegExpParser } from '@eslint-community/regexpp'
import { analyse } from 'scslre'
import { parseSync } from 'vite'
import { expect, it } from 'vitest'

interface Found {
  place: string
  source: string
  flags: string
}

/** Every literal of a file. Those made with `new RegExp` are few, and listed below. */
function expressionsOf(file: string): Found[] {
  const text = readFileSync(file, 'utf8')
  const found: Found[] = []
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const { regex, start } = node as { regex?: { pattern: string; flags: string }; start?: number }
    if (regex) {
      const line = text.slice(0, start).split('\n').length
      found.push({ place: `${file}:${line}`, source: regex.pattern, flags: regex.flags })
    }
    for (const child of Object.values(node)) visit(child)
  }
  visit(parseSync(file, text).program)
  return found
}

function problemOf({ source, flags }: Found): string | null {
  const parser = new RegExpParser()
  const pattern = parser.parsePattern(source, 0, source.length, { unicode: flags.includes('u') })
  const { reports } = analyse({ pattern, flags: parser.parseFlags(flags) }, { assumeRejectingSuffix: true })
  const report = reports.find(({ type }) => type !== 'Move')
  return report ? `${report.type}, exponential: ${report.exponential}` : null
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`)
}

it.each([String.raw`^[a-z\s]+={0,2}\s*$`, '^(a+)+$'])('knows %s for one that does', (source) => {
  expect(problemOf({ place: '', source, flags: '' })).not.toBeNull()
})

it('there is none in what we wrote', () => {
  const expressions = [...files('src'), ...files('web')].flatMap(expressionsOf)
  expect(expressions.length).toBeGreaterThan(50)
  const slow = expressions.flatMap((found) => {
    const problem = problemOf(found)
    return problem ? [`${found.place} /${found.source}/${found.flags} ${problem}`] : []
  })
  expect(slow).toEqual([])
})

it('none is made of other text than ours', () => {
  const made = [...files('src'), ...files('web')].filter((file) =>
    readFileSync(file, 'utf8').includes('new RegExp('),
  )
  // Looked at by hand: their parts are constants or names of models, and no two of them overlap.
  expect(made.sort()).toEqual([
    'src/compiler/index.ts',
    'src/dialects/verifyhq/translate.ts',
    'src/exact-json.ts',
    'src/receive/content-type.ts',
  ])
})
