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

/** Rows of the table: the places they are about, and what these may import. */
function importTable() {
  const text = readFileSync('ARCHITECTURE.md', 'utf8')
  const lines = text.slice(text.indexOf('| Folder or file |')).split('\n')
  const table = lines.slice(2, lines.indexOf(''))
  return table.map((line) => {
    const [, first = '', , last = ''] = line.split('|')
    const [list = ''] = last.split(';')
    const everything = list.includes('everything')
    return {
      places: [...first.matchAll(/`([^`]+?)\/?`/g)].map((match) => match[1] ?? ''),
      all: everything,
      allowed: everything
        ? []
        : list
            .split(',')
            .map((place) => place.trim())
            .filter(Boolean),
    }
  })
}

describe('import rules', () => {
  const all = sourceFiles().flatMap((file) => imports(file).map((target) => ({ file, target })))

  it('sees the project', () => {
    expect(all.length).toBeGreaterThan(20)
  })

  it('no file imports itself by way of others', () => {
    const clear = new Set<string>()
    const walk = (file: string, way: string[]): string[] | null => {
      if (way.includes(file)) return [...way.slice(way.indexOf(file)), file]
      if (clear.has(file)) return null
      for (const { target } of all.filter((arrow) => arrow.file === file)) {
        const circle = walk(target, [...way, file])
        if (circle) return circle
      }
      clear.add(file)
      return null
    }
    for (const { file } of all) expect(walk(file, [])).toBeNull()
  })

  describe("ARCHITECTURE.md's table", () => {
    const rows = importTable()
    const order = rows.flatMap(({ places }) => places)

    it('has a row for every folder and file', () => {
      const there = readdirSync(source).filter((name) => !name.endsWith('.test.ts'))
      expect(order.toSorted()).toEqual(there.toSorted())
    })

    it.each(rows)('is true of $places', ({ places, all: everything, allowed }) => {
      const shared = rows.at(-1)?.places ?? []
      const arrows = all.filter(
        ({ file, target }) =>
          places.includes(folder(file)) && !places.includes(folder(target)) && !shared.includes(target),
      )
      const below = order.slice(order.indexOf(places[0] ?? ''))
      expect(arrows.filter(({ target }) => !below.includes(folder(target)))).toEqual([])
      if (everything) return
      const covers = (place: string, target: string) =>
        target === `${place}.ts` || target.startsWith(`${place}/`)
      expect(arrows.filter(({ target }) => !allowed.some((place) => covers(place, target)))).toEqual([])
      expect(allowed.filter((place) => !arrows.some(({ target }) => covers(place, target)))).toEqual([])
    })
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
    // Our own API has the product's name, which stands in many places.
    const vendors = dialects.map(({ name }) => name).filter((name) => name !== 'liveface')
    const named = new RegExp(`['"\`](${vendors.join('|')})['"\`/]`)
    const wrong = sourceFiles().filter(
      (file) => folder(file) !== 'dialects' && named.test(readFileSync(join(source, file), 'utf8')),
    )
    expect(wrong).toEqual([])
  })

  it('no module keeps state that changes: whoever needs some is given it', () => {
    const state =
      /^(?:export )?(?:let\b|var\b|const \w+(?:: [^=]+)? = (?:new (?:Map|Set|WeakMap|WeakSet)\b[^(]*\(\)|\[\]|\{\})$)/m
    expect(state.test('const seen = new Map<string, number>()')).toBe(true)
    expect(sourceFiles().filter((file) => state.test(readFileSync(join(source, file), 'utf8')))).toEqual([])
  })

  it('helpers of tests, which bench and training use too, import neither', () => {
    const files = readdirSync('test/support', { recursive: true }).map((name) =>
      join('test/support', String(name)),
    )
    const wrong = files.filter(
      (file) =>
        file.endsWith('.ts') && /from '(?:\.\.\/)+(?:bench|training)\//.test(readFileSync(file, 'utf8')),
    )
    expect(files.length).toBeGreaterThan(20)
    expect(wrong).toEqual([])
  })
})
