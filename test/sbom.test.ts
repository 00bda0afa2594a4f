/** The committed bill of materials against the lock file, the catalogue and the files themselves, not only its script. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { catalogue } from '../src/engine/models/catalogue.ts'

interface Component {
  type: string
  name: string
  version: string
  purl: string
  hashes: { alg: string; content: string }[]
  licenses: { license?: { id: string }; expression?: string }[]
  components?: Component[]
}

const text = readFileSync('sbom.cdx.json', 'utf8')
const { components, dependencies } = JSON.parse(text) as {
  components: (Component & { 'bom-ref': string })[]
  dependencies: { ref: string; dependsOn: string[] }[]
}
const libraries = components.filter(({ type }) => type === 'library')
const nets = components.filter(({ type }) => type === 'machine-learning-model')
const stale = 'out of date: run `npm run sbom`'

it('is what the script writes', async () => {
  // @ts-expect-error the scripts are JavaScript without declarations
  const { bill } = await import('../scripts/sbom.mjs')
  expect(text, stale).toBe(`${JSON.stringify(bill(), null, 2)}\n`)
})

it('names no host and no address', () => {
  expect(text).not.toMatch(/https?:|\/\/[a-z]/i)
})

it('reaches every package from the product', () => {
  const needs = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]))
  const reached = new Set(dependencies.slice(0, 1).map(({ ref }) => ref))
  for (const ref of reached) for (const need of needs.get(ref) ?? []) reached.add(need)
  expect(libraries.map((library) => library['bom-ref']).filter((ref) => !reached.has(ref))).toEqual([])
})

describe('packages', () => {
  interface Locked {
    name?: string
    version: string
    license: string
    dev?: boolean
  }
  const lock: [string, Locked][] = Object.entries(
    JSON.parse(readFileSync('package-lock.json', 'utf8')).packages,
  )
  const described = new Set(libraries.map(({ name, version }) => `${name}@${version}`))
  /** Bundled into the pages, so shipped although nothing but the build needs them. */
  const shipped = [
    'node_modules/preact',
    'node_modules/@tensorflow/tfjs-backend-wasm',
    'node_modules/uqr',
    'node_modules/@simplewebauthn/browser',
  ]

  it('are those of the lock file that are not for development, and those bundled into the pages', () => {
    const expected = lock
      .filter(([place, { dev }]) => place && (!dev || shipped.includes(place)))
      .map(([place, { name, version }]) => `${name ?? place.replace(/^.*node_modules\//, '')}@${version}`)
    expect([...described].sort(), stale).toEqual([...new Set(expected)].sort())
  })

  it('state a licence each', () => {
    const silent = libraries.filter(({ licenses: [first] }) => !(first?.license?.id ?? first?.expression))
    expect(silent.map(({ name }) => name)).toEqual([])
  })

  it('include whatever the pages import', () => {
    const names = new Set(libraries.map(({ name }) => name))
    const sources = readdirSync('web', { recursive: true, encoding: 'utf8' })
      // What lies in web/build, and the settings of Vite, run when the pages are built; a suite runs in tests.
      .filter((path) => /\.tsx?$/.test(path) && !/^build|\.test\.|-suite\.|vite\.config/.test(path))
    expect(sources.length).toBeGreaterThan(10)
    for (const path of sources) {
      for (const [, name] of readFileSync(`web/${path}`, 'utf8').matchAll(
        /from '((?:@[^/']+\/)?[^./'][^/']*)/g,
      )) {
        expect(names, path).toContain(name)
      }
    }
  })
})

describe('nets', () => {
  it('are those of the catalogue and the one that only the browser runs', () => {
    expect(
      nets.map(({ name }) => name),
      stale,
    ).toEqual([...Object.keys(catalogue), 'iris'].sort())
  })

  it.each(Object.entries(catalogue))(
    '%s has its licence, its files and where they come from',
    (name, net) => {
      const [found] = nets.filter((component) => component.name === name)
      const files = net.kind === 'own' ? { [net.file]: net.sha256 } : net.files
      expect(found?.licenses, stale).toEqual([{ license: { id: net.licence } }])
      const hashes = found?.components?.map((file) => [file.name, file.hashes[0]?.content])
      expect(Object.fromEntries(hashes ?? []), stale).toEqual(files)
      expect(Object.values(files), stale).toContain(found?.hashes[0]?.content)
      const source = net.kind === 'own' ? 'liveface' : net.package.replace('@', '%40')
      const version = net.kind === 'own' ? found?.version : net.version
      expect(found?.purl, stale).toContain(`pkg:npm/${source}@${version}#`)
    },
  )

  it('of the browser have the bytes that the pages are given', () => {
    const [iris] = nets.filter(({ name }) => name === 'iris')
    expect(iris?.components).toHaveLength(2)
    for (const { name, hashes } of iris?.components ?? []) {
      const bytes = readFileSync(`node_modules/@vladmandic/human/${name}`)
      expect(hashes[0]?.content, stale).toBe(createHash('sha256').update(bytes).digest('hex'))
    }
  })
})
