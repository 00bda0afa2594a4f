import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dialects } from '../src/dialects/index.ts'

const source = resolve('src')

function sourceFiles(): string[] {
  return readdirSync(source, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
}

/** Paths, relative to src, that a file imports from this project. */
function imports(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    relative(source, resolve(dirname(join(source, file)), match[1] ?? '')),
  )
}

const folder = (path: string) => path.split('/')[0] ?? ''

describe('import rules', () => {
  const all = sourceFiles().flatMap((file) => imports(file).map((target) => ({ file, target })))

  it('sees the project', () => {
    expect(all.length).toBeGreaterThan(20)
  })

  it('the engine imports nothing of ours', () => {
    const wrong = all.filter(({ file, target }) => folder(file) === 'engine' && folder(target) !== 'engine')
    expect(wrong).toEqual([])
  })

  it('decisions import only the types of the engine', () => {
    const wrong = all.filter(
      ({ file, target }) =>
        folder(file) === 'decisions' && folder(target) !== 'decisions' && target !== 'engine/types.ts',
    )
    expect(wrong).toEqual([])
  })

  it('a dialect never imports another dialect, and what all share imports none', () => {
    const dialectOf = (path: string) => /^dialects\/([^/]+)\//.exec(path)?.[1]
    const wrong = all.filter(({ file, target }) => {
      const [from, to] = [dialectOf(file), dialectOf(target)]
      return from && to && to !== 'common' && from !== to
    })
    expect(wrong).toEqual([])
  })

  it('nothing but its own folder calls a vendor by its name', () => {
    const named = new RegExp(`['"\`](${dialects.map(({ name }) => name).join('|')})['"\`/]`)
    const wrong = sourceFiles().filter(
      (file) => folder(file) !== 'dialects' && named.test(readFileSync(join(source, file), 'utf8')),
    )
    expect(wrong).toEqual([])
  })

  it('only the composition root and the commands import dialects', () => {
    const wrong = all.filter(
      ({ file, target }) =>
        folder(target) === 'dialects' && !['dialects', 'server', 'commands', 'pages'].includes(folder(file)),
    )
    expect(wrong).toEqual([])
  })
})
